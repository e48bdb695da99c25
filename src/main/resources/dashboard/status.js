// How the service is: the last hour's rate, its sources, and on demand its batches, files and rejects.

import { age, bytes, count, element, mark, moment, several, shape } from './text.js';

const SEVERITIES = ['critical', 'warning', 'info'];
const REFRESH = 5000;

/** Draws the rate of the last hour; the gravest stands at the bottom, where it is compared best. */
export function showRate(rate) {
  const minutes = rate.critical.length;
  const sums = rate.critical.map((_, i) => SEVERITIES.reduce((sum, severity) => sum + rate[severity][i], 0));
  const top = Math.max(5, ...sums);
  const chart = document.getElementById('rate');
  chart.setAttribute('viewBox', `0 0 ${minutes} ${top}`);
  const bars = [];
  const unknown = Math.floor((Date.parse(rate.knownSince) - Date.parse(rate.from)) / 60000);
  if (unknown > 0) bars.push(shape('rect', { class: 'unknown', x: 0, y: 0, width: unknown, height: top }));
  for (let i = 0; i < minutes; i++) {
    let y = top;
    for (const severity of SEVERITIES) {
      const height = rate[severity][i];
      y -= height;
      if (height > 0) bars.push(shape('rect', { class: severity, x: i + 0.1, y, width: 0.8, height }));
    }
  }
  chart.replaceChildren(...bars);
  const totals = SEVERITIES.map(severity => [severity, rate[severity].reduce((sum, n) => sum + n, 0)]);
  const said = totals.map(([severity, total]) => `${count(total)} ${severity}`).join(', ');
  chart.setAttribute('aria-label', `Alerts in the last hour: ${said}. At most ${count(Math.max(...sums))} in a minute.`);
  document.getElementById('rate-max').textContent =
    `${unknown > 0 ? `counted since ${moment(Date.parse(rate.knownSince))}, ` : ''}at most ${count(Math.max(...sums))} in a minute`;
  document.getElementById('totals').replaceChildren(
    ...totals.map(([severity, total]) => element('li', '', mark(severity), element('strong', '', count(total)), severity)));
}

/** Shows each source: trigger, last progress, what waits, what was not a reading. */
export function showSources(status, now) {
  document.getElementById('sources').replaceChildren(...status.sources.map(source => {
    const directory = source.source === 'directory';
    const last = source.lastProgress === null ? null : Date.parse(source.lastProgress);
    const facts = [
      ['Trigger', source.trigger],
      ['Last progress', last === null ? 'none yet' : `${age(Math.max(0, now - last))} ago`],
      directory
        ? ['Waiting', `${several(source.backlogFiles, 'file', 'files')}, ${bytes(source.backlogBytes)}`]
        : ['Lag', several(source.lagRecords, 'record', 'records')],
      ['Records read', count(source.records)],
      ['Alerts', count(source.alerts)],
      ['Rejects', count(source.rejects)],
    ];
    const list = element('dl', '');
    for (const [name, value] of facts) list.append(element('dt', '', name), element('dd', '', value));
    const panel = element('article', 'source panel',
      element('p', 'kind', directory ? 'Directory' : 'Kafka topic', element('span', 'word', status.ready ? 'well' : 'not well')),
      element('h3', '', source.name),
      list);
    panel.dataset.state = status.ready ? 'well' : 'unwell';
    return panel;
  }));
  document.getElementById('own').textContent =
    status.sources.length === 0 ? '' : `Sources, batches, files and rejects are those of the instance ${status.instance}.`;
}

const ITEMS = {
  progress: answer => answer.progress.map(batch => item(
    `Batch ${batch.batchId}`, `${batch.sources?.map(source => source.description).join(', ') ?? ''}`,
    `${count(batch.numInputRows)} rows, ${moment(Date.parse(batch.timestamp))}`)),
  files: answer => answer.files.map(file => item(
    file.path, `${file.state}, ${moment(Date.parse(file.at))}`,
    `${several(file.records, 'record', 'records')}, ${several(file.alerts, 'alert', 'alerts')}, ${several(file.rejects, 'reject', 'rejects')}`)),
  rejects: answer => answer.rejects.map(reject => item(
    reject.origin, `${reject.reason}: ${reject.detail}`, `${bytes(reject.bytes)}, ${moment(Date.parse(reject.at))}`)),
};

function item(what, ...more) {
  return element('div', 'item', element('span', 'what', what), ...more.map(text => element('span', 'more', text)));
}

/** Fills what is unfolded, and keeps it up to date. */
export function unfold(details) {
  const body = details.querySelector('.details');
  const path = details.dataset.path;
  async function refresh() {
    if (!details.open || document.hidden) return;
    try {
      const response = await fetch(`api/${path}?limit=50`);
      const items = ITEMS[path](await response.json());
      body.replaceChildren(...(items.length > 0 ? items : [element('p', 'note', 'None so far.')]));
    } catch {
      body.replaceChildren(element('p', 'note', 'Not to be had at present.'));
    }
  }
  details.addEventListener('toggle', refresh);
  setInterval(refresh, REFRESH);
}
