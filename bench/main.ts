import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benches } from './benches.js';
import { caseNamed } from './harness/bench.js';
import { describeMachine } from './harness/machine.js';
import { caseReport } from './harness/report.js';
import { type CaseResult, runCase } from './harness/run.js';
import { SAMPLE_ARGUMENT, type SampleRequest, sampleInFreshProcess } from './harness/sample.js';

const USAGE = `npm run bench -- [options] [name …]

Runs the named benches, or all benches. Compare figures only within one run, by their ratios.

  --list          list the benches and what they measure
  --case TEXT     run only cases whose name contains TEXT
  --rounds N      number of samples of each contender (default 11)
  --scale X       multiply the work of a sample by X (default 1; 0.001 only shows that it runs)
  --json FILE     write all measured figures to FILE
  --check         exit with status 1 if the whole interval of a ratio misses its target
`;

/** The bench with this name. @throws {Error} that lists all benches, if there is none. */
function benchNamed(name: string) {
  const found = benches.find((bench) => bench.name === name);
  if (found !== undefined) return found;
  const known = benches.map((bench) => bench.name).join(', ');
  throw new Error(`There is no bench ${JSON.stringify(name)}; there are ${known}`);
}

/** Reads a number greater than 0 from an option. */
function positive(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${option} ${JSON.stringify(text)} is not a number greater than 0`);
}

async function takeSample(text: string): Promise<void> {
  const request = JSON.parse(text) as SampleRequest;
  const sampler = caseNamed(benchNamed(request.bench), request.case).contenders[request.contender];
  if (sampler === undefined) throw new Error(`There is no contender ${request.contender}`);
  const metrics = await sampler(request.scale);
  // If it is run by hand, for example with a profiler, there is no parent process.
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(metrics)}\n`);
  else process.send(metrics, () => process.exit(0));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      list: { type: 'boolean' },
      case: { type: 'string', default: '' },
      rounds: { type: 'string', default: '11' },
      scale: { type: 'string', default: '1' },
      json: { type: 'string' },
      check: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  if (values.list) {
    for (const { name, description } of benches) process.stdout.write(`${name.padEnd(15)} ${description}\n`);
    return;
  }
  const rounds = Math.ceil(positive('rounds', values.rounds));
  const scale = positive('scale', values.scale);
  const chosen = positionals.length > 0 ? positionals.map(benchNamed) : benches;
  const results: { name: string; cases: CaseResult[] }[] = [];
  for (const bench of chosen) {
    const cases: CaseResult[] = [];
    for (const benchCase of bench.cases.filter(({ name }) => name.includes(values.case))) {
      const result = await runCase(bench, benchCase, {
        rounds,
        scale,
        takeSample: (request) => sampleInFreshProcess(process.argv[1]!, request),
        onSample: ({ contender }, round) =>
          process.stderr.write(`${bench.name}: ${benchCase.name}: ${round + 1}/${rounds} ${contender}\n`),
      });
      cases.push(result);
      process.stdout.write(`${caseReport(bench.name, result)}\n\n`);
    }
    results.push({ name: bench.name, cases });
  }
  const report = { version: 1, date: new Date().toISOString(), machine: describeMachine(), rounds, scale };
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ ...report, benches: results }, null, 2)}\n`);
  }
  const verdicts = results.flatMap(({ cases }) => cases).flatMap(({ comparisons }) => comparisons);
  if (values.check && verdicts.some(({ verdict }) => verdict === 'missed')) process.exitCode = 1;
}

const run = process.argv[2] === SAMPLE_ARGUMENT ? takeSample(process.argv[3]!) : main();
run.catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
});
