import { printable, printableOutput } from '../../protocol/index.js';
import type { ScenarioResult, SuiteResult } from '../engine/index.js';
import { type Defect, identityOf } from '../verdicts/index.js';

/** A report is about this large at most, in bytes: somebody has to open it, and to attach it to a bug report. */
const REPORT_BYTES = 1_750_000;
/** What a result takes in the most talkative format, beside its evidence. */
const FRAME_BYTES = { first: 5000, other: 2100, passed: 1000 } as const;
/** Results of which all is told that makes them the first to show a defect; a client with more defects has other worries. */
const MOST_FIRST = 60;
/** What one result may take: the first that shows a defect, any other that did not pass, and one that passed. */
const MOST = { first: 60_000, other: 20_000, passed: 1500 } as const;
/** Of what is left, what each kind may take in all: those that come later have the rest. */
const SHARE = { first: 0.6, other: 0.6, passed: 1 } as const;
/** Lines kept of the end of what a client printed, and characters of each. */
const OUTPUT_LINES = 20;
const OUTPUT_LINE_CHARACTERS = 300;
/** Of a result's room, what its client's output may take. */
const OUTPUT_SHARE = 0.3;
/** Characters kept of texts that a client may make as long as it likes. */
const LONGEST = { reason: 2000, name: 200 } as const;
const LONGEST_DETAIL = { first: 600, other: 100, passed: 100 } as const;
const LONGEST_COMMAND = { first: 1000, other: 200, passed: 200 } as const;
/** Where there is less room than this, the bytes are told once only, with the first result that shows the defect. */
const ROOM_FOR_BYTES = 4000;

type Kind = keyof typeof MOST;

/** A run, fit to be told. */
export interface Abridged {
  readonly suite: SuiteResult;
  /** Keys of the results that are told at length: the first that show a defect. */
  readonly atLength: ReadonlySet<string>;
}

/**
 * The run as reports tell it: fit to be shown, and no larger than somebody can open, however many results there are and
 * whatever the client printed. What passed is told shortly; a defect at length once, with the first result that shows it.
 */
export function abridged(suite: SuiteResult): Abridged {
  const kinds = kindsOf(suite.results);
  const shown = new Map<ScenarioResult, ScenarioResult>();
  const frames = [...kinds.values()].reduce((sum, kind) => sum + FRAME_BYTES[kind], 0);
  let left = Math.max(0, REPORT_BYTES - frames);
  for (const kind of ['first', 'other', 'passed'] as const) {
    const these = suite.results.filter((result) => kinds.get(result) === kind);
    const room = Math.min(MOST[kind], (left * SHARE[kind]) / Math.max(1, these.length));
    for (const result of these) {
      const short = shortened(result, room, kind);
      left -= weightOfEvidence(short);
      shown.set(result, short);
    }
  }
  const client = printable(suite.client, LONGEST.name);
  const results = suite.results.map((result) => shown.get(result)!);
  const firsts = suite.results.filter((result) => kinds.get(result) === 'first');
  return { suite: { ...suite, client, results }, atLength: new Set(firsts.map(({ key }) => key)) };
}

function kindsOf(results: readonly ScenarioResult[]): Map<ScenarioResult, Kind> {
  const told = new Set<string>();
  const kinds = new Map<ScenarioResult, Kind>();
  let firsts = 0;
  for (const result of results) {
    const isNew = result.defects.map(identityOf).filter((identity) => !told.has(identity));
    for (const identity of isNew) told.add(identity);
    const isFirst = (isNew.length > 0 || result.verdict === 'error') && firsts < MOST_FIRST;
    if (isFirst) firsts++;
    const isGood = result.defects.length === 0 && result.verdict !== 'error';
    kinds.set(result, isFirst ? 'first' : isGood ? 'passed' : 'other');
  }
  return kinds;
}

function shortened(result: ScenarioResult, room: number, kind: Kind): ScenarioResult {
  const hasBytes = kind === 'first' || room >= ROOM_FOR_BYTES;
  const defects = result.defects.map((defect) => shownDefect(defect, hasBytes, kind));
  const output = lastLines(result.output, room * OUTPUT_SHARE);
  const rest =
    room - weight(output) - defects.reduce((sum, { bytes }) => sum + weight(JSON.stringify(bytes ?? '')), 0);
  return {
    ...result,
    ...(result.reason !== undefined && { reason: printableOutput(result.reason).slice(0, LONGEST.reason) }),
    defects,
    transcript: bothEnds(result.transcript, rest),
    output,
    exit: printable(result.exit, LONGEST.name),
    command: printable(result.command, LONGEST_COMMAND[kind]),
  };
}

function shownDefect({ bytes, ...defect }: Defect, hasBytes: boolean, kind: Kind): Defect {
  const detail = printable(defect.detail, LONGEST_DETAIL[kind]);
  const crossed = bytes?.map((each) => ({ ...each, what: printable(each.what) }));
  return { ...defect, detail, ...(hasBytes && crossed !== undefined && { bytes: crossed }) };
}

/** The last lines of a client's output. */
function lastLines(output: string, room: number): string {
  const end = output.slice(-OUTPUT_LINES * OUTPUT_LINE_CHARACTERS);
  const all = printableOutput(end).trimEnd().split('\n');
  const lines: string[] = [];
  for (let left = room; lines.length < Math.min(OUTPUT_LINES, all.length); ) {
    const line = printable(all[all.length - 1 - lines.length]!, OUTPUT_LINE_CHARACTERS);
    left -= weight(line);
    if (left < 0) break;
    lines.unshift(line);
  }
  const isCut = lines.length < all.length || end.length < output.length;
  return isCut && lines.length > 0 ? `… more before …\n${lines.join('\n')}` : lines.join('\n');
}

type Line = ScenarioResult['transcript'][number];

/** The lines of a transcript's beginning and end that have room, and how many were left out between. */
function bothEnds(lines: readonly Line[], room: number): readonly Line[] {
  const head: Line[] = [];
  const tail: Line[] = [];
  let left = room;
  while (head.length + tail.length < lines.length) {
    const isHead = head.length <= tail.length;
    const line = isHead ? lines[head.length]! : lines[lines.length - 1 - tail.length]!;
    left -= weightOfLine(line);
    if (left < 0) break;
    if (isHead) head.push(line);
    else tail.unshift(line);
  }
  const omitted = lines.length - head.length - tail.length;
  const last = lines.at(-1);
  if (omitted === 0 || last === undefined) return lines;
  const gap: Line = { at: tail[0]?.at ?? last.at, who: 'harness', what: `… ${omitted} lines left out …` };
  return [...head, gap, ...tail];
}

/** What a line takes in the most talkative of the formats. */
const LINE_FRAME = 45;

function weightOfLine({ what }: Line): number {
  return LINE_FRAME + weight(what);
}

function weightOfEvidence({ transcript, output, defects }: ScenarioResult): number {
  const lines = transcript.reduce((sum, line) => sum + weightOfLine(line), 0);
  return (
    lines + weight(output) + defects.reduce((sum, { bytes }) => sum + weight(JSON.stringify(bytes ?? '')), 0)
  );
}

/** Bytes of a text, escaped for JSON, XML or HTML: whichever of them makes more of it. */
function weight(text: string): number {
  return Buffer.byteLength(text) + 5 * (text.match(/["&<>\\\n]/g)?.length ?? 0);
}
