import { ruleById } from '../../protocol/index.js';
import { type ScenarioResult, type SuiteResult, topicOf } from '../engine/index.js';
import { evidenceLines, linkOf, type Telling } from './evidence.js';
import { countVerdicts } from './terminal.js';
import { transcriptText } from './transcript-text.js';

/**
 * The run as JUnit XML, with one suite for each topic. Warnings pass, with their text in system-out. Blocked scenarios
 * are skipped.
 */
export function junitReport({ client, durationMs, results }: SuiteResult, telling: Telling): string {
  const topics = [...new Set(results.map(({ scenario }) => topicOf(scenario.id)))];
  const suites = topics.map((topic) =>
    suite(
      topic,
      results.filter(({ scenario }) => topicOf(scenario.id) === topic),
      telling,
    ),
  );
  const { fail, crash, error } = countVerdicts(results);
  const numbers = `tests="${results.length}" failures="${fail + crash}" errors="${error}"`;
  const head = `name="${escapeXml(client)}" ${numbers} time="${durationMs / 1000}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${head}>\n${suites.join('')}</testsuites>\n`;
}

function suite(topic: string, results: readonly ScenarioResult[], telling: Telling): string {
  const cases = results.map((result) => testCase(result, telling)).join('');
  const counts = countVerdicts(results);
  const seconds = results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const numbers = `tests="${results.length}" failures="${counts.fail + counts.crash}" errors="${counts.error}" skipped="${counts.skipped + counts.blocked}" time="${seconds}"`;
  return `  <testsuite name="${escapeXml(topic)}" ${numbers}>\n${cases}  </testsuite>\n`;
}

function testCase(result: ScenarioResult, telling: Telling): string {
  const { scenario, role, version, verdict, reason, defects, durationMs } = result;
  const head = `name="${escapeXml(`${scenario.title} (${role}, ${version})`)}" classname="${escapeXml(scenario.id)}" time="${durationMs / 1000}"`;
  const text = defects
    .map((defect) => {
      const { rule, symptom, detail } = defect;
      const isAtLength = telling.atLength.has(result.key);
      const clause = isAtLength ? `${ruleById(rule).text} [${linkOf(rule)}]` : linkOf(rule);
      return [`${rule}: ${symptom} ${detail}`, clause, ...evidenceLines(result, defect, telling)].join('\n');
    })
    .join('\n\n');
  const body: string[] = [];
  if (verdict === 'fail' || verdict === 'crash') {
    const message = `message="${escapeXml(defects[0]?.symptom ?? verdict)}" type="${verdict}"`;
    body.push(`<failure ${message}>${escapeXml(text)}</failure>`);
  }
  if (verdict === 'error') body.push(`<error message="${escapeXml(reason ?? 'harness')}"/>`);
  const isUntried = verdict === 'skipped' || verdict === 'blocked';
  if (isUntried) body.push(`<skipped message="${escapeXml(reason ?? '')}"/>`);
  if (verdict !== 'pass' && !isUntried) {
    body.push(
      `<system-out>${escapeXml(`${verdict}\n${verdict === 'fail' || verdict === 'crash' ? '' : `${text}\n`}${transcriptText({ ...result, output: '', exit: '' })}`)}</system-out>`,
    );
  }
  return `    <testcase ${head}>${body.join('')}</testcase>\n`;
}

/** Escapes text for XML and HTML. Characters that XML cannot contain are replaced. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
