import { describe, expect, it } from 'vitest';
import {
  formatReport,
  REPORT_FORMATS,
  type ScenarioResult,
  type SuiteResult,
  scenario,
} from '../../src/scenario-runner/index.js';
import { jsonReportShape } from '../../src/scenario-runner/report/json.js';

const MOST_BYTES = 2_000_000;
/** What takes the most room once it is escaped, in any format. */
const NASTY = `<a href="x">&'\\ \u202e\x1b[31m\x00`;

const LINES = Array.from({ length: 301 }, (_, at) => ({
  at,
  who: 'client' as const,
  what: NASTY.repeat(16),
}));
const OUTPUT = `${NASTY.repeat(40)}\n`.repeat(40);

/** As much as one scenario can leave behind: 301 lines of a transcript, and both ends of what a client prints. */
function longest(i: number, verdict: 'pass' | 'fail', defects: number): ScenarioResult {
  const rule = 'S7';
  const many = scenario({
    id: `topic-${i % 20}/scenario-${Math.floor(i / 6)}`,
    title: 'A client does what it has to do, in each of several states and however it arrives',
    rules: [rule, 'W6', 'H1'],
    role: 'client',
    why: 'What goes wrong for users where a client fails here is told by a sentence or two like this one.',
    expects:
      'It does what the rule says; two other readings pass as well, and this sentence names them both.',
    run: async () => {},
  });
  const version = (['V1', 'V2', 'V3'] as const)[i % 3]!;
  const bytes = Array.from({ length: 5 }, (_, at) => ({
    from: at % 2 === 0 ? ('service' as const) : ('client' as const),
    what: NASTY.repeat(6).slice(0, 150),
    hex: 'ab'.repeat(64),
    length: 70_000,
  }));
  return {
    key: `${many.id}@source/${version}/${i}`,
    ...{ scenario: many, role: 'source', version, verdict },
    defects:
      verdict === 'pass'
        ? []
        : [
            {
              verdict,
              rule,
              code: `code-${i % defects}`,
              symptom: 'it did so',
              detail: NASTY.repeat(20),
              bytes,
            },
          ],
    transcript: LINES,
    output: OUTPUT,
    exit: 'ended when it was asked to: exit status 0',
    command: `./client ${'--option value '.repeat(40)}`,
    durationMs: 12_345,
  };
}

function suiteOf(results: readonly ScenarioResult[]): SuiteResult {
  const startedAt = new Date(0).toISOString();
  return { client: NASTY, startedAt, durationMs: 1, long: false, seed: 7, interrupted: false, results };
}

function many(verdict: 'pass' | 'fail', defects = 1): ScenarioResult[] {
  return Array.from({ length: 700 }, (_, i) => longest(i, verdict, defects));
}

const passed = many('pass');
const failed = many('fail', 50);

describe.each(REPORT_FORMATS)('a report of 700 results as %s', (format) => {
  it.each([
    ['all passed', passed],
    ['each failed, for one of fifty defects', failed],
    ['each failed, for a defect of its own', many('fail', 700)],
  ])('stays below 2 MB where %s', (_, results) => {
    const report = formatReport(suiteOf(results), format);
    expect(Buffer.byteLength(report)).toBeLessThan(MOST_BYTES);
  });
});

describe('a report of 700 results', () => {
  const report = jsonReportShape.parse(
    JSON.parse(formatReport(suiteOf([...many('fail', 3).slice(0, 350), ...passed.slice(350)]), 'json')),
  );

  it('tells each defect at length once, and the others shortly', () => {
    const lengths = report.results.map(({ transcript }) => transcript.length);
    expect(Math.min(...lengths.slice(0, 3))).toBeGreaterThan(20);
    expect(Math.max(...lengths.slice(3))).toBeLessThan(20);
    expect(report.results[0]?.defects[0]?.bytes).toHaveLength(5);
    expect(report.results[349]?.defects[0]?.bytes).toBeUndefined();
  });

  it('says how much of a transcript was left out', () => {
    const { transcript } = report.results[0]!;
    const gap = transcript.find(({ who }) => who === 'harness');
    expect(gap?.what).toBe(`… ${301 - (transcript.length - 1)} lines left out …`);
  });

  it('leaves a run of few results whole', () => {
    const few = jsonReportShape.parse(
      JSON.parse(
        formatReport(suiteOf([{ ...longest(0, 'pass', 1), transcript: [line('a'), line('b')] }]), 'json'),
      ),
    );
    expect(few.results[0]?.transcript).toEqual([line('a'), line('b')]);
  });
});

function line(what: string): ScenarioResult['transcript'][number] {
  return { at: 1, who: 'client', what };
}
