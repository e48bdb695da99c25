// Which devices ring: since when, how bad, and the course of their last alerts.

import { age, count, degrees, element, moment, shape } from './text.js';

/** How many devices are remembered, and how many alerts of each. */
const DEVICES = 500;
const POINTS = 40;
/** How many are shown. */
const SHOWN = 12;
/** A device that has been silent for so long has stopped ringing. */
const SILENT = 5 * 60 * 1000;

const RANK = { critical: 0, warning: 1, info: 2 };

export class Devices {
  #list;
  #note;
  #choose;
  #devices = new Map();
  #cards = new Map();

  /** choose: told the device that was chosen */
  constructor(list, note, choose) {
    this.#list = list;
    this.#note = note;
    this.#choose = choose;
    setInterval(() => document.hidden || this.show(), 1000);
  }

  clear() {
    this.#devices.clear();
  }

  /** Takes alerts in, oldest first. */
  take(alerts) {
    for (const alert of alerts) {
      if (alert.deviceId === null) continue;
      const raised = Date.parse(alert.raised);
      let device = this.#devices.get(alert.deviceId);
      this.#devices.delete(alert.deviceId);
      if (!device || raised - device.last > SILENT) {
        device = { name: alert.deviceId, since: raised, count: 0, points: [], severity: alert.severity };
      }
      device.last = Math.max(device.last ?? 0, raised);
      device.count++;
      device.now = alert.temperature;
      if (RANK[alert.severity] < RANK[device.severity]) device.severity = alert.severity;
      device.points.push(alert.temperature);
      if (device.points.length > POINTS) device.points.shift();
      this.#devices.set(alert.deviceId, device);
      if (this.#devices.size > DEVICES) this.#devices.delete(this.#devices.keys().next().value);
    }
  }

  /** Brings what is shown up to date. */
  show() {
    const now = Date.now();
    const ringing = [...this.#devices.values()].filter(device => now - device.last <= SILENT);
    const shown = ringing
      .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.count - a.count || (a.name < b.name ? -1 : 1))
      .slice(0, SHOWN);
    this.#note.textContent = ringing.length === 0
      ? 'Nothing has rung for five minutes.'
      : ringing.length > SHOWN
        ? `${SHOWN} of ${count(ringing.length)} devices that rang in the last five minutes`
        : 'Devices that rang in the last five minutes';
    const names = new Set(shown.map(device => device.name));
    for (const [name, card] of this.#cards) {
      if (!names.has(name)) {
        card.item.remove();
        this.#cards.delete(name);
      }
    }
    shown.forEach((device, place) => {
      let card = this.#cards.get(device.name);
      if (!card) {
        card = this.#card(device);
        this.#cards.set(device.name, card);
      }
      update(card, device, now);
      if (this.#list.children[place] !== card.item) this.#list.insertBefore(card.item, this.#list.children[place] ?? null);
    });
  }

  #card(device) {
    const card = {
      button: element('button', 'device'),
      now: element('span', 'now'),
      since: element('span', 'since'),
      count: element('span', 'count'),
      line: shape('polyline', { class: 'line' }),
      last: shape('path', { class: 'last' }),
    };
    const chart = shape('svg', { viewBox: '0 0 100 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    chart.append(card.line, card.last);
    const name = element('span', 'name', device.name);
    name.title = device.name;
    card.button.type = 'button';
    card.button.append(name, card.now, chart, card.since, card.count);
    card.button.addEventListener('click', () => this.#choose(device.name));
    card.item = element('li', '', card.button);
    return card;
  }
}

function update(card, device, now) {
  card.button.dataset.severity = device.severity;
  card.now.textContent = degrees(device.now);
  card.since.textContent = `since ${moment(device.since)}`;
  card.since.title = `the last ${age(Math.max(0, now - device.last))} ago`;
  card.count.textContent = `${count(device.count)}×`;
  card.button.setAttribute(
    'aria-label',
    `${device.name}: ${device.severity}, ${degrees(device.now)}, ${device.count} alerts since ${moment(device.since)}. Show only this device.`);
  const low = Math.min(...device.points);
  const span = Math.max(...device.points) - low || 1;
  const step = device.points.length > 1 ? 100 / (device.points.length - 1) : 0;
  const at = device.points.map((value, i) => [i * step, 27 - ((value - low) / span) * 24]);
  const [x, y] = at[at.length - 1];
  card.line.setAttribute('points', at.map(point => point.map(part => part.toFixed(1)).join(',')).join(' '));
  card.last.setAttribute('d', `M${x.toFixed(1)} ${y.toFixed(1)}l0 0.01`);
}
