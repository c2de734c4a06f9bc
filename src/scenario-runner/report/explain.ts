import { ruleById } from '../../protocol/index.js';
import type { Scenario, ServiceScenario } from '../engine/index.js';

/** Describes a scenario: its rules, whom it judges, what it does, and how to run it alone. */
export function explain(scenario: Scenario | ServiceScenario): string {
  const { id, title, why, expects, role, rules, run } = scenario;
  const lines = [`${id}: ${title}`, '', `why       ${why}`];
  if (expects !== undefined) lines.push(`expects   ${expects}`);
  lines.push(`judges    ${JUDGED[role]}`);
  const { versions = ['V1', 'V2', 'V3'] } = scenario;
  lines.push(`versions  ${versions === 'any' ? 'the newest the client claims' : versions.join(', ')}`);
  if (scenario.role !== 'service') {
    const { needs } = scenario;
    if (needs !== undefined && Object.keys(needs).length > 0) lines.push(`needs     ${said(needs)}`);
  }
  for (const rule of rules) {
    const { force, from, text } = ruleById(rule);
    lines.push('', `rule ${rule} (${force.join(', ')}; ${from.join(', ')})`, `  ${text}`);
  }
  lines.push('', 'steps', ...steps(run), '', 'run it alone', ...byHand(scenario));
  return lines.join('\n');
}

const JUDGED = {
  client: 'source and destination',
  source: 'source',
  destination: 'destination',
  service: 'a service',
};

function said(needs: object): string {
  return Object.entries(needs)
    .map(([name, value]) => (value === true ? name : `${name} ${value}`))
    .join(', ');
}

/** Commands to paste: for the user's own client, and for the proxies of this package. */
function byHand({ id, role }: Scenario | ServiceScenario): string[] {
  const flags = `--only ${id} --format html --output report.html`;
  if (role === 'service') return [`  tunnel-testbed verify --service ws://localhost:8443 ${flags}`];
  const side = role === 'client' ? '' : ` --role ${role}`;
  return [
    `  tunnel-testbed verify CLIENT.yaml${side} ${flags}`,
    `  tunnel-testbed verify --own${side} ${flags}   (the proxies of this package)`,
  ];
}

/** The steps of a scenario are its code, because its verbs are readable. */
function steps(run: (Scenario | ServiceScenario)['run']): string[] {
  const all = run.toString().split('\n');
  const lines = all.length > 2 ? all.slice(1, -1) : all;
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => `  ${line.slice(Number.isFinite(indent) ? indent : 0)}`);
}
