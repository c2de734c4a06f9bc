import { type ScenarioResult, type SuiteResult, topicOf } from '../engine/index.js';
import { gravest, type Verdict } from '../verdicts/index.js';
import { type DistinctDefect, distinctDefects } from './defects.js';
import type { Telling } from './evidence.js';
import { panel } from './html-panel.js';
import { CONTENT_POLICY, STYLE } from './html-style.js';
import { escapeXml } from './junit.js';
import { countVerdicts } from './terminal.js';

/**
 * The run as one HTML file, which can be attached to a bug report. It is a matrix, and its cells open transcript and
 * rule.
 */
export function htmlReport(suite: SuiteResult, telling: Telling): string {
  const { client, startedAt, durationMs, long, seed, interrupted, results } = suite;
  const columns = [...new Set(results.map(columnOf))];
  const title = `${escapeXml(client)}: ${results[0]?.role === 'service' ? 'service' : 'tunnel client'} report`;
  const when = `${startedAt}, ${(durationMs / 1000).toFixed(1)} s, ${long ? 'long' : 'quick'} suite, seed ${seed}`;
  const counts = Object.entries(countVerdicts(results)).filter(([, count]) => count > 0) as [
    Verdict,
    number,
  ][];
  const hide = counts
    .map(([verdict]) => `body:has(#show-${verdict}:not(:checked)) tr.worst-${verdict}`)
    .join(',');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${STYLE}${hide}{display:none}</style></head><body>
<h1>${title}</h1><p class="soft">${escapeXml(when)}; tunnel-testbed verify${interrupted ? '; ended early' : ''}</p>
${defects(suite, telling)}
<h2 id="matrix">Matrix</h2>
<p class="filter soft">Rows whose worst cell is ${counts.map(filter).join(' ')}</p>
<table><thead><tr><th>Scenario</th>${columns.map((column) => `<th>${column}</th>`).join('')}</tr></thead>
<tbody>${matrix(results, columns)}</tbody></table>
${results
  .filter(({ verdict }) => !UNTRIED.has(verdict))
  .map((result) => panel(result, telling))
  .join('\n')}
</body></html>
`;
}

/** Results with these verdicts have nothing to show. */
const UNTRIED = new Set<Verdict>(['skipped', 'blocked']);

function columnOf({ role, version }: ScenarioResult): string {
  return `${role} ${version}`;
}

function filter([verdict, count]: [Verdict, number]): string {
  return `<label><input type="checkbox" id="show-${verdict}" checked> <b class="tag ${verdict}">${count} ${verdict}</b></label>`;
}

function defects({ results }: SuiteResult, telling: Telling): string {
  const found = distinctDefects(results);
  const broken = found.filter(({ verdict }) => verdict !== 'info');
  const told = found.filter(({ verdict }) => verdict === 'info');
  const head =
    broken.length === 0
      ? '<h2>No defect was found</h2>'
      : `<h2>${broken.length} distinct defect${broken.length === 1 ? '' : 's'}</h2>`;
  const apart = told.length === 0 ? '' : '<h2>Useful to know, where the guides say nothing</h2>';
  return `${head}${defectItems(broken, telling)}${apart}${defectItems(told, telling)}`;
}

function defectItems(found: readonly DistinctDefect[], { atLength }: Telling): string {
  const items = found.map(({ verdict, rule, symptom, clause, from, seenIn, link, mayFollowFrom }) => {
    const seen = seenIn.map(({ key, detail }) => {
      const more = detail === '' ? '' : ` <span class="soft">${escapeXml(detail)}</span>`;
      return `<li><a href="#${hrefOf(key)}">${escapeXml(key)}</a>${more}</li>`;
    });
    const cause =
      mayFollowFrom === undefined
        ? ''
        : ` <span class="soft">may follow from ${escapeXml(mayFollowFrom)}</span>`;
    const times = seenIn.length === 1 ? 'once' : `${seenIn.length} times`;
    const text = seenIn.some(({ key }) => atLength.has(key)) ? escapeXml(clause) : '';
    return `<details class="defect"><summary><b class="tag ${verdict}">${verdict}</b> <b>${rule}</b>: ${escapeXml(symptom)} <span class="soft">(${times})</span>${cause}</summary>
<blockquote><b>${rule}</b> ${text} <span class="soft">[${from.join(', ')}; ${link}]</span></blockquote><ul class="seen">${seen.join('')}</ul></details>`;
  });
  return items.join('\n');
}

function matrix(results: readonly ScenarioResult[], columns: readonly string[]): string {
  const rows: string[] = [];
  const byId = new Map<string, ScenarioResult[]>();
  for (const result of results) {
    const own = byId.get(result.scenario.id);
    if (own === undefined) byId.set(result.scenario.id, [result]);
    else own.push(result);
  }
  let topic = '';
  for (const [id, own] of byId) {
    if (topicOf(id) !== topic) {
      topic = topicOf(id);
      rows.push(`<tr class="topic"><th colspan="${columns.length + 1}">${escapeXml(topic)}</th></tr>`);
    }
    const verdicts = own.map(({ verdict }) => verdict);
    const judged = verdicts.filter((verdict) => !UNTRIED.has(verdict));
    const worst =
      judged.length === 0 ? (verdicts.includes('blocked') ? 'blocked' : 'skipped') : gravest(judged);
    const cells = columns.map((column) => cell(own.find((result) => columnOf(result) === column)));
    const name = `${escapeXml(own[0]!.scenario.title)}<code>${escapeXml(id)}</code>`;
    rows.push(`<tr class="worst-${worst}"><td class="name">${name}</td>${cells.join('')}</tr>`);
  }
  return rows.join('\n');
}

function cell(result: ScenarioResult | undefined): string {
  if (result === undefined) return '<td class="cell"></td>';
  const { verdict, key, reason, blockedBy } = result;
  if (UNTRIED.has(verdict)) {
    const text = blockedBy === undefined ? verdict : `<a href="#${hrefOf(blockedBy)}">${verdict}</a>`;
    return `<td class="cell ${verdict}"><span title="${escapeXml(reason ?? '')}">${text}</span></td>`;
  }
  return `<td class="cell ${verdict}"><a href="#${hrefOf(key)}">${verdict}</a></td>`;
}

function hrefOf(key: string): string {
  return escapeXml(encodeURI(key));
}
