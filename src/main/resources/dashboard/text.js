// Elements and texts. Whatever comes from readings, files or the service is set as text, never as markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element with a class, and text or children. */
export function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content.filter(part => part !== null && part !== undefined));
  return made;
}

/** An SVG element. */
export function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A count. */
export function count(number) {
  return number < 100000 ? whole.format(number) : compact.format(number);
}

/** Bytes, to the base of 1024. */
export function bytes(number) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (number >= 1024 && unit < units.length - 1) {
    number /= 1024;
    unit++;
  }
  return `${number < 10 && unit > 0 ? number.toFixed(1) : Math.round(number)} ${units[unit]}`;
}

/** How long ago, in one unit. */
export function age(millis) {
  const seconds = Math.round(millis / 1000);
  if (seconds < 0) return 'ahead';
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${count(Math.round(seconds / 86400))} d`;
}

const two = number => String(number).padStart(2, '0');

/** A moment, in the reader's own time; the date only where it is not today. */
export function moment(millis) {
  const at = new Date(millis);
  if (Number.isNaN(at.getTime())) return '';
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === new Date().toDateString()
    ? time
    : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** The marks of a severity: a shape and a colour. */
export function mark(severity) {
  const made = element('span', `mark ${severity}`);
  made.setAttribute('aria-hidden', 'true');
  return made;
}

/** A temperature, with one decimal at least, so that a column of them can be compared. */
export function degrees(number) {
  return Number.isInteger(number) && Math.abs(number) < 1e9 ? number.toFixed(1) : String(number);
}

/** A count of things. */
export function several(number, one, many) {
  return `${count(number)} ${number === 1 ? one : many}`;
}
