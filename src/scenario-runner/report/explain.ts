import { ruleById } from '../../protocol/index.js';
import type { Scenario } from '../engine/scenario.js';

/** What a scenario is about: its rules, for whom it is, what it does, and how to run it alone. */
export function explain(scenario: Scenario): string {
  const { id, title, why, role, rules, versions, needs, run } = scenario;
  const lines = [
    `${id}: ${title}`,
    '',
    `why       ${why}`,
    `judges    ${role === 'client' ? 'source and destination' : role}`,
    `versions  ${versions === undefined ? 'V1, V2, V3' : versions === 'any' ? 'the newest the client claims' : versions.join(', ')}`,
  ];
  if (needs !== undefined) lines.push(`needs     ${JSON.stringify(needs)}`);
  for (const rule of rules) {
    const { force, from, text } = ruleById(rule);
    lines.push('', `rule ${rule} (${force.join(', ')}; ${from.join(', ')})`, `  ${text}`);
  }
  lines.push(
    '',
    'steps',
    ...steps(run),
    '',
    `run it alone: tunnel-testbed verify CLIENT.yaml --only ${id} --format html`,
  );
  return lines.join('\n');
}

/** A scenario's steps are its code: verbs that read aloud. */
function steps(run: Scenario['run']): string[] {
  const all = run.toString().split('\n');
  const lines = all.length > 2 ? all.slice(1, -1) : all;
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => `  ${line.slice(Number.isFinite(indent) ? indent : 0)}`);
}
