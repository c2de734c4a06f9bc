import type { RuleId } from '../../protocol/index.js';
import type { ScenarioResult } from '../engine/index.js';
import type { Defect } from '../verdicts/index.js';

/** How a report says that a run can be repeated. */
export interface Repeatable {
  /** The command of the whole run, without the scenarios that it chose: `tunnel-testbed verify client.yaml --seed 7`. */
  readonly command?: string;
}

/** What formats go by, beside the run. */
export interface Telling extends Repeatable {
  /** Keys of the results that are told at length. */
  readonly atLength: ReadonlySet<string>;
}

/** Where a rule's text stands, in the package and in the repository. */
export function linkOf(rule: RuleId): string {
  return `docs/protocol.md#${rule}`;
}

/** What a correct client does in a scenario. */
export function expectedIn({ scenario }: Pick<ScenarioResult, 'scenario'>): string {
  return scenario.expects ?? scenario.title;
}

/** The command that runs the scenario of a result alone, as it was run here. */
export function commandFor(
  { key, role }: Pick<ScenarioResult, 'key' | 'role'>,
  { command }: Repeatable,
): string {
  const subject = role === 'service' ? '--service URL' : 'CLIENT.yaml';
  // What is seen before all scenarios shows in the one that does the same.
  const chosen = key.replace(/^preflight\//, 'streams/');
  return `${command ?? `tunnel-testbed verify ${subject}`} --only '${chosen}'`;
}

/** The bytes of a defect, a line each: who sent them, in hex, and what they say. */
export function byteLines({ bytes = [] }: Defect): string[] {
  return bytes.map(({ from, what, hex, length }) => {
    const more = hex.length / 2 < length ? `… (${length} bytes)` : '';
    return `${from.padEnd(7)}  ${hex}${more}  ${what}`;
  });
}

/** What shows that a result is as it is, in lines: for people, and for whoever mends the client. */
export function evidenceLines(
  result: ScenarioResult,
  defect: Defect | undefined,
  repeat: Repeatable,
): string[] {
  const { exit, output } = result;
  const bytes = defect === undefined ? [] : byteLines(defect);
  const isWrong = defect?.onWire === true;
  return [
    `a correct client: ${expectedIn(result)}`,
    ...(bytes.length > 0
      ? [isWrong ? 'the bytes:' : 'what crossed the wire last:', ...bytes.map(indented)]
      : []),
    ...(exit === '' ? [] : [`the client: ${exit}`]),
    ...(output === '' ? [] : ['it printed last:', ...output.split('\n').map((line) => `  | ${line}`)]),
    `run it alone: ${commandFor(result, repeat)}`,
  ];
}

function indented(line: string): string {
  return `  ${line}`;
}
