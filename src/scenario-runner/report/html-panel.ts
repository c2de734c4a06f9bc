import { ruleById } from '../../protocol/index.js';
import type { ScenarioResult } from '../engine/index.js';
import type { Defect } from '../verdicts/index.js';
import { byteLines, commandFor, expectedIn, linkOf, type Telling } from './evidence.js';
import { escapeXml } from './junit.js';
import { transcriptLines } from './transcript-text.js';

/** The panel that a cell of the matrix opens: what was judged, by which clause, and what happened, line by line. */
export function panel(result: ScenarioResult, telling: Telling): string {
  const { key, scenario, verdict, reason, defects, command, output, exit, role, version } = result;
  const isAtLength = telling.atLength.has(key);
  const where = `${role}, ${version}`;
  const parts = [
    `<article id="${escapeXml(key)}"><a class="close" href="#matrix" title="close">×</a>`,
    `<h3>${escapeXml(scenario.title)} <span class="soft">(${where})</span></h3>`,
    `<p><b class="tag ${verdict}">${verdict}</b> <code>${escapeXml(key)}</code></p>`,
    ...(verdict === 'pass' ? [] : [`<p>${escapeXml(scenario.why)}</p>`]),
    ...defects.map(found),
    reason === undefined ? '' : `<pre>${escapeXml(reason)}</pre>`,
    isAtLength ? clauses(result) : `<p>Rules: ${scenario.rules.join(', ')}</p>`,
    ...(verdict === 'pass' ? [] : [`<h4>A correct client</h4><p>${escapeXml(expectedIn(result))}</p>`]),
    block('Started as', command),
    block('What happened: milliseconds, who, what', transcriptLines(result).join('\n')),
    block('What the client printed last', output),
    exit === '' ? '' : `<p>The client: ${escapeXml(exit)}.</p>`,
    `<p class="soft">Run it alone: <code>${escapeXml(commandFor(result, telling))}</code></p></article>`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function found(defect: Defect): string {
  const { verdict, rule, symptom, detail, onWire } = defect;
  const said =
    `<p><b class="tag ${verdict}">${verdict}</b> <b>${rule}</b>: ${escapeXml(symptom)}` +
    `${detail === '' ? '' : ` <span class="soft">(${escapeXml(detail)})</span>`}</p>`;
  const title = onWire === true ? 'The bytes' : 'What crossed the wire last';
  return said + block(title, byteLines(defect).join('\n'));
}

function clauses({ scenario }: ScenarioResult): string {
  const rules = scenario.rules.map((rule) => {
    const { text, from, force } = ruleById(rule);
    const source = `${force.join(', ')}; from ${from.join(', ')}; ${linkOf(rule)}`;
    return `<blockquote><b>${rule}</b> <span class="soft">${source}</span><br>${escapeXml(text)}</blockquote>`;
  });
  return `<h4>Rules</h4>${rules.join('')}`;
}

function block(title: string, text: string): string {
  return text.trim() === '' ? '' : `<h4>${title}</h4><pre>${escapeXml(text.trimEnd())}</pre>`;
}
