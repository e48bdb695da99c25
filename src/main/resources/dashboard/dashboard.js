// Puts the parts of the page together.

import { AlertList } from './alerts.js';
import { Devices } from './devices.js';
import { showRate, showSources, unfold } from './status.js';
import { Stream } from './stream.js';
import { count, degrees, element } from './text.js';

const at = id => document.getElementById(id);

/** How often a screen reader is told of new alerts, in milliseconds. */
const SPEAK = 10000;
/** Over how long the rate of a flood is measured, in milliseconds. */
const FLOOD = 3000;
const TYPING = 350;
const KNOWN = 50;

const form = at('filter');
const list = new AlertList(at('list'));
const devices = new Devices(at('devices'), at('ringing-note'), device => {
  form.elements.device.value = device;
  apply();
});
const known = { devices: new Set(), rules: new Set() };
let connected = false;
let status = null;
let next = null;
let complete = true;
let unspoken = 0;
let spoken = 0;
let latest = null;
let recent = [];

const stream = new Stream({
  list(answer) {
    at('refused').hidden = true;
    next = answer.next;
    complete = answer.complete;
    list.replace(answer.alerts);
    devices.clear();
    devices.take([...answer.alerts].reverse());
    devices.show();
    learn(answer.alerts);
    showEmpty();
  },
  alerts(event) {
    const total = event.counts.critical + event.counts.warning + event.counts.info + event.passedOver;
    recent.push({ at: Date.now(), total, shown: event.alerts.length, omitted: event.omitted + event.passedOver });
    list.prepend(event.alerts);
    devices.take(event.alerts);
    learn(event.alerts);
    unspoken += total;
    latest = event.alerts[event.alerts.length - 1] ?? latest;
    showEmpty();
    showPause();
  },
  gap(event) {
    list.gap(event.reason);
  },
  status(event) {
    connected = true;
    status = event;
    showRate(event.rate);
    showSources(event, Date.parse(event.time));
    at('instance').textContent = `${event.instance}, version ${event.version}`;
    showState();
    showFlood();
    speak();
  },
  lost() {
    connected = false;
    showState();
  },
  refused(detail) {
    at('refused').textContent = detail;
    at('refused').hidden = false;
    connected = true;
    showState();
  },
});

function filterOf(search) {
  const given = new URLSearchParams(search);
  const filter = new URLSearchParams();
  for (const name of ['device', 'rule']) if (given.get(name)) filter.set(name, given.get(name));
  for (const severity of given.getAll('severity')) filter.append('severity', severity);
  return filter;
}

function show(filter) {
  form.elements.device.value = filter.get('device') ?? '';
  form.elements.rule.value = filter.get('rule') ?? '';
  for (const box of form.elements.severity) box.checked = filter.getAll('severity').includes(box.value);
  at('clear').hidden = filter.size === 0;
}

/** Takes the filter from the form into the address, which so is a link to what is seen. */
function apply() {
  const filter = filterOf(new URLSearchParams(new FormData(form)));
  const address = filter.size > 0 ? `?${filter}` : location.pathname;
  if (`?${filter}` !== (location.search || '?')) history.pushState(null, '', address);
  show(filter);
  stream.open(filter);
}

function showState() {
  let state = 'well';
  let text = 'All is well';
  const trouble = [];
  if (!connected) {
    state = status === null ? 'waiting' : 'lost';
    text = status === null ? 'Connecting…' : 'Connection lost';
    if (status !== null) trouble.push('The connection to Tocsin is lost. What is shown may be out of date; trying again.');
  } else if (status && status.problems.length > 0) {
    state = 'unwell';
    text = 'Not well';
    trouble.push(...status.problems);
  } else if (list.paused) {
    state = 'paused';
    text = 'Paused';
  }
  at('state').dataset.state = state;
  document.body.dataset.state = state;
  if (at('state-text').textContent !== text) at('state-text').textContent = text;
  const banner = at('trouble');
  const said = trouble.join('\n');
  banner.dataset.state = state;
  banner.hidden = trouble.length === 0;
  if (banner.dataset.said !== said) {
    banner.dataset.said = said;
    banner.replaceChildren(...trouble.map(line => element('p', '', line)));
  }
  document.title = state === 'lost' || state === 'unwell' ? `! ${text} – Tocsin` : 'Tocsin';
}

function showFlood() {
  const now = Date.now();
  recent = recent.filter(event => now - event.at <= FLOOD);
  const omitted = recent.reduce((sum, event) => sum + event.omitted, 0);
  at('flood').hidden = omitted === 0;
  if (omitted > 0) {
    const second = 1000 / FLOOD;
    const total = recent.reduce((sum, event) => sum + event.total, 0);
    const shown = recent.reduce((sum, event) => sum + event.shown, 0);
    at('flood').textContent =
      `Too many to show them all: ${count(Math.round(shown * second))} of ${count(Math.round(total * second))} alerts a second, the gravest first. All of them are counted.`;
  }
}

function showEmpty() {
  at('empty').hidden = !list.isEmpty;
  at('empty').textContent = !complete
    ? 'Reading the alerts of the last hour…'
    : location.search
    ? 'No alert in the last hour matches this filter.'
    : 'No alerts in the last hour. All quiet.';
  at('older').hidden = next === null;
}

function showPause() {
  const button = at('pause');
  button.setAttribute('aria-pressed', String(list.paused));
  button.textContent = list.paused && list.waiting > 0 ? `Go on (${list.waiting >= 200 ? '200 or more' : list.waiting} new)` : list.paused ? 'Go on' : 'Pause';
}

function learn(alerts) {
  let changed = false;
  for (const alert of alerts) {
    for (const [set, value] of [[known.devices, alert.deviceId], [known.rules, alert.rule]]) {
      if (value !== null && set.size < KNOWN && !set.has(value)) {
        set.add(value);
        changed = true;
      }
    }
  }
  if (changed) {
    for (const [id, set] of [['known-devices', known.devices], ['known-rules', known.rules]]) {
      at(id).replaceChildren(...[...set].sort().map(value => {
        const option = element('option', '');
        option.value = value;
        return option;
      }));
    }
  }
}

/** A few words now and then; a screen reader cannot follow each alert. */
function speak() {
  const now = Date.now();
  if (unspoken === 0 || now - spoken < SPEAK || list.paused) return;
  const last = latest ? ` The last: ${latest.severity}, ${latest.deviceId ?? 'no device'}, ${degrees(latest.temperature)}.` : '';
  at('spoken').textContent = `${count(unspoken)} new ${unspoken === 1 ? 'alert' : 'alerts'}.${last}`;
  spoken = now;
  unspoken = 0;
}

let typing = 0;
form.addEventListener('submit', event => {
  event.preventDefault();
  apply();
});
form.addEventListener('input', event => {
  clearTimeout(typing);
  typing = setTimeout(apply, event.target.type === 'text' ? TYPING : 0);
});
form.addEventListener('reset', () => setTimeout(apply));
addEventListener('popstate', () => {
  const filter = filterOf(location.search);
  show(filter);
  stream.open(filter);
});
at('pause').addEventListener('click', () => {
  list.paused = !list.paused;
  showPause();
  showState();
});
at('older').addEventListener('click', async () => {
  try {
    const page = await stream.page(next);
    next = page.next;
    list.append(page.alerts);
  } catch {
    next = null;
  }
  showEmpty();
});
document.querySelectorAll('details[data-path]').forEach(unfold);

const first = filterOf(location.search);
show(first);
stream.open(first);
