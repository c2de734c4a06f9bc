import { ruleById } from '../../protocol/index.js';
import type { ScenarioResult } from '../engine/index.js';
import { escapeXml } from './junit.js';
import { transcriptLines } from './transcript-text.js';

/** The panel that a cell of the matrix opens: what was judged, by which clause, and what happened, line by line. */
export function panel(result: ScenarioResult): string {
  const { key, scenario, verdict, reason, defects, command, output, exit, role, version } = result;
  const found = defects.map(
    (each) =>
      `<p><b class="tag ${each.verdict}">${each.verdict}</b> <b>${each.rule}</b>: ${escapeXml(each.symptom)}` +
      `${each.detail === '' ? '' : ` <span class="soft">(${escapeXml(each.detail)})</span>`}</p>`,
  );
  const rules = scenario.rules.map((rule) => {
    const { text, from, force } = ruleById(rule);
    return `<blockquote><b>${rule}</b> <span class="soft">${force.join(', ')}; from ${from.join(', ')}</span><br>${escapeXml(text)}</blockquote>`;
  });
  const where = `${role}, ${version}`;
  const parts = [
    `<article id="${escapeXml(key)}"><a class="close" href="#matrix" title="close">×</a>`,
    `<h3>${escapeXml(scenario.title)} <span class="soft">(${where})</span></h3>`,
    `<p><b class="tag ${verdict}">${verdict}</b> <code>${escapeXml(key)}</code></p>`,
    `<p>${escapeXml(scenario.why)}</p>`,
    ...found,
    reason === undefined ? '' : `<pre>${escapeXml(reason)}</pre>`,
    `<h4>Rules</h4>${rules.join('')}`,
    block('Started as', command),
    block('What happened: milliseconds, who, what', transcriptLines(result).join('\n')),
    block('What the client printed', output),
    exit === '' ? '' : `<p>The client: ${escapeXml(exit)}.</p>`,
    `<p class="soft">Run it alone: <code>tunnel-testbed verify … --only '${escapeXml(key)}'</code></p></article>`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function block(title: string, text: string): string {
  return text.trim() === '' ? '' : `<h4>${title}</h4><pre>${escapeXml(text.trimEnd())}</pre>`;
}
