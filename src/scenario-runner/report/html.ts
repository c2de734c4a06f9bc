import { ruleById } from '../../protocol/index.js';
import type { SuiteResult } from '../engine/run-suite.js';
import { topicOf } from '../engine/scenario.js';
import type { ScenarioResult } from '../engine/verdict.js';
import { distinctDefects } from './defects.js';
import { escapeXml } from './junit.js';
import { countVerdicts } from './terminal.js';
import { transcriptText } from './transcript-text.js';

const STYLE = `
:root{color-scheme:light dark;--line:#8884}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid var(--line);padding:.25rem .6rem;text-align:left}
th{position:sticky;top:0;background:Canvas}tr.topic th{background:#8882}
td.cell{text-align:center;min-width:4.5rem}
.pass{background:#2a7a;}.fail{background:#c337}.crash{background:#a0f7}.warn{background:#e907}.flaky{background:#9997}
.skipped{color:GrayText}.error{background:#0007;color:#fff}
td.cell a{color:inherit;display:block;text-decoration:none}td.cell a:focus-visible{outline:2px solid}
details{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.3rem .8rem}
details:target{outline:2px solid #48f}summary{cursor:pointer}
pre{overflow:auto;background:#8881;padding:.6rem;font-size:13px;max-height:30rem}
blockquote{margin:.4rem 0;border-left:3px solid var(--line);padding-left:.8rem}
`;

/** The run as one HTML file: a matrix whose cells open transcript and rule, fit to be attached to a bug report. */
export function htmlReport(suite: SuiteResult): string {
  const { client, startedAt, durationMs, long, results } = suite;
  const columns = [...new Set(results.map(({ role, version }) => `${role} ${version}`))];
  const counts = Object.entries(countVerdicts(results))
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');
  const when = `${startedAt}, ${(durationMs / 1000).toFixed(1)} s, ${long ? 'long' : 'quick'} suite`;
  const title = `${escapeXml(client)}: tunnel client report`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body>
<h1>${title}</h1><p>${escapeXml(when)}. ${escapeXml(counts)}.</p>
${defects(suite)}
<h2>Matrix</h2><table><thead><tr><th>Scenario</th>${columns.map((column) => `<th>${column}</th>`).join('')}</tr></thead>
<tbody>${matrix(results, columns)}</tbody></table>
<h2>Results</h2>${results
    .filter(({ verdict }) => verdict !== 'skipped')
    .map(detail)
    .join('\n')}
<script>
const show=()=>{const t=document.getElementById(decodeURIComponent(location.hash.slice(1)));if(t)t.open=true};
addEventListener('hashchange',show);show();
</script></body></html>
`;
}

function defects({ results }: SuiteResult): string {
  const found = distinctDefects(results);
  if (found.length === 0) return '<p>No defect was found.</p>';
  const items = found.map(({ verdict, rule, symptom, clause, from, seenIn }) => {
    const links = seenIn.map(({ key }) => `<a href="#${escapeXml(key)}">${escapeXml(key)}</a>`).join(' ');
    return `<details><summary><b class="${verdict}">${verdict}</b> ${rule}: ${escapeXml(symptom)} (${seenIn.length})</summary>
<blockquote>${rule}: ${escapeXml(clause)} [${from.join(', ')}]</blockquote><p>${links}</p></details>`;
  });
  return `<h2>${found.length} distinct defects</h2>${items.join('\n')}`;
}

function matrix(results: readonly ScenarioResult[], columns: readonly string[]): string {
  const rows: string[] = [];
  let topic = '';
  for (const id of new Set(results.map(({ scenario }) => scenario.id))) {
    const own = results.filter(({ scenario }) => scenario.id === id);
    if (topicOf(id) !== topic) {
      topic = topicOf(id);
      rows.push(`<tr class="topic"><th colspan="${columns.length + 1}">${escapeXml(topic)}</th></tr>`);
    }
    const cells = columns.map((column) => cell(own.find((r) => `${r.role} ${r.version}` === column)));
    rows.push(
      `<tr><td title="${escapeXml(id)}">${escapeXml(own[0]!.scenario.title)}</td>${cells.join('')}</tr>`,
    );
  }
  return rows.join('\n');
}

function cell(result: ScenarioResult | undefined): string {
  if (result === undefined) return '<td class="cell"></td>';
  const { verdict, key, reason } = result;
  if (verdict === 'skipped')
    return `<td class="cell skipped" title="${escapeXml(reason ?? '')}">skipped</td>`;
  return `<td class="cell ${verdict}"><a href="#${escapeXml(key)}">${verdict}</a></td>`;
}

function detail(result: ScenarioResult): string {
  const { key, scenario, verdict, reason, defects: found } = result;
  const rules = scenario.rules.map((rule) => {
    const { text, from } = ruleById(rule);
    return `<blockquote>${rule}: ${escapeXml(text)} [${from.join(', ')}]</blockquote>`;
  });
  const what = found.map(
    (d) => `<p class="${d.verdict}">${d.verdict} ${d.rule}: ${escapeXml(`${d.symptom} ${d.detail}`)}</p>`,
  );
  return `<details id="${escapeXml(key)}"><summary><b class="${verdict}">${verdict}</b> ${escapeXml(key)}</summary>
<p>${escapeXml(scenario.title)}. ${escapeXml(scenario.why)}</p>${what.join('')}<p>${escapeXml(reason ?? '')}</p>${rules.join('')}
<pre>${escapeXml(transcriptText(result))}</pre></details>`;
}
