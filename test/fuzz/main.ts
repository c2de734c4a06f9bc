/**
 * `npm run fuzz -- --minutes N --seed S`: inputs that nobody means, to the service and to our clients, each as a process, and to
 * the codec in this one. The same seed makes the same inputs. What is found is printed with the smallest input that was found to
 * cause it and the command that shows it again; then the exit status is 1. docs/reliability.md says what is held against what.
 *
 *     npm run fuzz -- --minutes 3 --seed monday --only websocket --only mqtt
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Finding, type Report } from './finding.js';
import type { Outcome, Part } from './part.js';
import { PARTS } from './parts.js';
import { Subjects } from './subject/subjects.js';

/** How long this process may take to end, in milliseconds. */
const LINGER_MS = 2000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true },
    path: { type: 'string' },
  },
});
const seed = values.seed ?? randomBytes(6).toString('hex');
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes takes a number above 0, not '${values.minutes}'`);
const names = values.only ?? PARTS.map(({ name }) => name);
const parts = names.map((name) => {
  const part = PARTS.find((each) => each.name === name);
  if (part === undefined) {
    throw new Error(`No part is called '${name}'; there are ${PARTS.map((each) => each.name).join(', ')}`);
  }
  return part;
});

await using subjects = new Subjects();
console.log(`seed ${seed}, ${minutes} minutes, ${parts.length} parts`);
const end = performance.now() + minutes * 60_000;
for (const [i, part] of parts.entries()) {
  // What a part leaves of its time goes to those behind it.
  const until = performance.now() + (end - performance.now()) / (parts.length - i);
  const started = performance.now();
  const outcome = await outcomeOf(part, until);
  const seconds = (performance.now() - started) / 1000;
  console.log(`${part.name}: ${outcome.count} ${outcome.unit} in ${seconds.toFixed(1)} s`);
  if (outcome.report !== undefined) tell(part, outcome.report);
}
try {
  await subjects.stop();
} catch (error) {
  if (!(error instanceof Finding)) throw error;
  console.log(`FOUND at the end, seed ${seed}: ${error.message}`);
  process.exitCode = 1;
}
// Connections that the subjects have not closed yet would keep this process for as long as they like.
setTimeout(() => process.exit(), LINGER_MS).unref();

async function outcomeOf(part: Part, until: number): Promise<Outcome> {
  const outcome = await part.run({ seed, until, path: values.path, subjects });
  if (outcome.report !== undefined) await subjects.discard();
  return outcome;
}

function tell(part: Part, { what, input, again }: Report): void {
  process.exitCode = 1;
  console.log(`FOUND by ${part.name}, seed ${seed}: ${what}`);
  console.log(`The smallest input that was found to cause it:\n${input}`);
  console.log(`Again: npm run fuzz -- --minutes 1 --seed ${seed} --only ${part.name} ${again ?? ''}`);
}
