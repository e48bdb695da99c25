// The list of alerts, newest first. What comes is collected and shown once a frame, so that a flood costs no more than that.

import { age, degrees, element, mark, moment } from './text.js';

/** How many rows there are at most; older ones are asked for. */
const ROWS = 200;
/** How many that come together light up; in a flood that would tell nothing, and keep the browser painting. */
const LIT = 10;

export class AlertList {
  #list;
  #waiting = [];
  #asked = false;
  #paused = false;
  #capacity = ROWS;
  #times = new WeakMap();

  constructor(list) {
    this.#list = list;
    setInterval(() => this.#tellAges(), 1000);
  }

  get paused() {
    return this.#paused;
  }

  get isEmpty() {
    return this.#list.childElementCount === 0 && this.#waiting.length === 0;
  }

  /** How many wait for the pause to end; those that would not be shown anyway are not kept. */
  get waiting() {
    return this.#waiting.length;
  }

  set paused(value) {
    this.#paused = value;
    this.#ask();
  }

  /** Shows these, newest first, instead of what is shown. */
  replace(alerts) {
    this.#waiting = [];
    this.#capacity = ROWS;
    this.#list.replaceChildren(...alerts.map(alert => this.#row(alert, false)));
  }

  /** Adds older ones at the end. */
  append(alerts) {
    this.#capacity += alerts.length;
    this.#list.append(...alerts.map(alert => this.#row(alert, false)));
  }

  /** Adds these, oldest first, at the beginning. */
  prepend(alerts) {
    this.#waiting.push(...alerts);
    this.#trim();
  }

  /** Says that something may be missing here. */
  gap(reason) {
    this.#waiting.push({ gap: reason });
    this.#trim();
  }

  #trim() {
    if (this.#waiting.length > ROWS) this.#waiting.splice(0, this.#waiting.length - ROWS);
    this.#ask();
  }

  #ask() {
    if (this.#asked || this.#paused || this.#waiting.length === 0) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      if (!this.#paused) this.#show();
    });
  }

  #show() {
    const lit = this.#waiting.length <= LIT;
    const rows = this.#waiting.reverse().map(alert => (alert.gap ? gapRow(alert.gap) : this.#row(alert, lit)));
    this.#waiting = [];
    // The one who has scrolled down to read goes on seeing the same rows.
    const scrolled = this.#list.scrollTop;
    const before = scrolled > 0 ? this.#list.scrollHeight : 0;
    this.#list.prepend(...rows);
    if (scrolled > 0) this.#list.scrollTop = scrolled + this.#list.scrollHeight - before;
    while (this.#list.childElementCount > this.#capacity) this.#list.lastElementChild.remove();
  }

  #row(alert, fresh) {
    const row = element('li', fresh ? 'row fresh' : 'row');
    row.dataset.severity = alert.severity;
    const happened = Date.parse(alert.timestamp ?? alert.raised);
    const device = element('span', alert.deviceId === null ? 'device-name absent' : 'device-name', alert.deviceId ?? 'no device');
    device.title = alert.deviceId ?? '';
    const time = element('time', '', alert.timestamp === null ? 'no time' : moment(happened));
    time.title = alert.timestamp ?? '';
    const since = element('span', 'age', age(Date.now() - happened));
    const origin = element('span', 'origin', alert.origin);
    origin.title = alert.origin;
    row.append(
      element('span', 'severity', mark(alert.severity), alert.severity),
      device,
      element('span', 'number', degrees(alert.temperature)),
      element('span', 'rule-name', alert.rule),
      time,
      since,
      origin,
    );
    this.#times.set(row, { happened, since });
    return row;
  }

  #tellAges() {
    if (document.hidden) return;
    const now = Date.now();
    for (const row of this.#list.children) {
      const known = this.#times.get(row);
      if (!known) continue;
      const text = age(now - known.happened);
      if (known.since.textContent !== text) known.since.firstChild.data = text;
    }
  }
}

function gapRow(reason) {
  return element('li', 'gap', `Alerts before this point may be missing: ${reason}.`);
}
