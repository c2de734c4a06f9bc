import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { distinctDefects, runSuite, type Scenario } from '../../src/scenario-runner/index.js';
import { identityOf } from '../../src/scenario-runner/verdicts/index.js';
import { MutantAdapter } from './adapter.js';
import type { Mutant } from './mutant.js';

/** What the report of a whole quick suite says of one mutant. */
export interface Told {
  /** The first line: rule, symptom and trigger by their codes. */
  readonly own: string;
  /** The same in English. */
  readonly says: string;
  /** The other defects that stand alone, by their codes. */
  readonly others: readonly string[];
  /** How many more may follow from these. */
  readonly follow: number;
}

/** What was seen when all mutants were last run: `npm run mutants` writes it. */
export interface Record {
  /** Day of the newest run. */
  readonly on: string;
  readonly mutants: { readonly [id: string]: Told };
}

/** Defects that may stand beside a mutant's own. */
export const MOST_OTHERS = 2;
/** How long an expected thing may take, in milliseconds. */
const PATIENCE_MS = 4000;
/** Runs at once for one mutant: they mostly wait. */
const JOBS = 8;

const FILE = fileURLToPath(new URL('defects.json', import.meta.url));

export function readRecord(): Record {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Record;
}

export { FILE as RECORD_FILE };

/** Runs the quick suite against a mutant in its first version, as `verify` does; undefined where nothing was found. */
export async function toldOf(mutant: Mutant, scenarios: readonly Scenario[]): Promise<Told | undefined> {
  const version = mutant.versions?.[0] ?? 'V3';
  const suite = await runSuite({
    adapter: new MutantAdapter(mutant, version),
    // A process takes long to start: one is judged by what needs one.
    scenarios: scenarios.filter(({ needs }) => mutant.process === undefined || needs?.process === true),
    versions: [version],
    patienceMs: PATIENCE_MS,
    jobs: JOBS,
  });
  const harness = suite.results.find(({ verdict }) => verdict === 'error');
  if (harness !== undefined) throw new Error(`${mutant.id}: ${harness.key}: ${harness.reason}`);
  const found = distinctDefects(suite.results);
  // What the guides are silent about counts where nothing else was found: some mutants do only that.
  const broken = found.filter(({ verdict }) => verdict !== 'info');
  const [first, ...rest] = broken.length > 0 ? broken : found;
  if (first === undefined) return undefined;
  const alone = rest.filter(({ mayFollowFrom }) => mayFollowFrom === undefined);
  return {
    own: identityOf(first),
    says: `${first.rule}: ${first.symptom}`,
    others: alone.map(identityOf),
    follow: rest.length - alone.length,
  };
}

/** What is wrong with a report, in words; empty where it is as it should be. */
export function complaints({ id, rules }: Mutant, told: Told | undefined): string[] {
  if (told === undefined) return [`${id}: nothing was found`];
  const [rule, code = ''] = told.own.split(' ');
  // Whatever it was over, a crash is S17; its trigger tells the rest.
  const isOwn = rules.some((each) => each === rule) || code.startsWith('ended-by-');
  return [
    ...(isOwn ? [] : [`${id} breaks ${rules.join(', ')}; the report begins with ${told.own}`]),
    ...(told.others.length > MOST_OTHERS
      ? [`${id}: ${told.others.length} defects beside its own: ${told.others.join('; ')}`]
      : []),
  ];
}
