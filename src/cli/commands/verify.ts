import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { MessageFormat, Side } from '../../protocol/index.js';
import {
  AttachedAdapter,
  BaselineError,
  BUILT_IN_SCENARIOS,
  type ClientAdapter,
  CommandAdapter,
  clientDefinitionSchema,
  DefinitionError,
  exitStatusOf,
  formatReport,
  instancesOf,
  loadScenarios,
  loadServiceScenarios,
  OwnProxies,
  openTunnelByAwsJson,
  REPORT_FORMATS,
  type ReportFormat,
  readClientDefinition,
  runServiceSuite,
  runSuite,
  type Scenario,
  ScenarioFileError,
  type ScenarioResult,
  type StartRequest,
  type SuiteResult,
  worseThan,
} from '../../scenario-runner/index.js';
import { UsageError } from '../errors.js';

interface VerifyFlags {
  readonly own?: boolean;
  readonly service?: string;
  readonly attach?: Side;
  readonly attachPort: number;
  readonly listens?: string;
  readonly only?: string[];
  readonly topic?: string[];
  readonly role?: Side[];
  readonly version?: MessageFormat[];
  readonly scenarios?: string;
  readonly long?: boolean;
  readonly patience: number;
  readonly jobs?: number;
  readonly list?: boolean;
  readonly schema?: boolean;
  readonly format: ReportFormat;
  readonly output?: string;
  readonly baseline?: string;
}

const EXAMPLES = `
Examples:
  tunnel-testbed verify my-client.yaml
  tunnel-testbed verify my-client.yaml --format html --output report.html
  tunnel-testbed verify my-client.yaml --only 'streams/*' --version V3
  tunnel-testbed verify --schema > client.schema.json
The client definition is described in docs/verify.md. Exit status: 0 no rule broken, 1 some, 2 wrong usage.`;

/** Judges a tunnel client by the rules of the protocol. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('judge a tunnel client, in any language, by the rules of the protocol')
    .argument('[client]', 'a file that says how to start the client (YAML)')
    .option('--own', 'judge the proxies of this package')
    .option('--service <url>', 'judge a service: ws://host:port, with OpenTunnel on the same port')
    .addOption(
      new Option('--attach <role>', 'judge a client that you start yourself').choices([
        'source',
        'destination',
      ]),
    )
    .option('--attach-port <port>', 'with --attach: where the service listens', wholeNumber, 8443)
    .option('--listens <port>', 'with --attach source: where the client listens for applications')
    .option('--only <id...>', 'these scenarios; * stands for anything')
    .option('--topic <topic...>', 'these topics')
    .addOption(new Option('--role <role...>', 'in these modes').choices(['source', 'destination']))
    .addOption(new Option('--version <version...>', 'in these versions').choices(['V1', 'V2', 'V3']))
    .option('--scenarios <folder>', 'scenarios of your own (.js, .mjs), besides those built in')
    .option('--quick', 'the short suite (default)')
    .option('--long', 'the whole matrix, real sizes and times')
    .option('--patience <ms>', 'how long an expected thing may take', wholeNumber, 5000)
    .option('--jobs <n>', 'scenarios at once (default: twice the processors)', wholeNumber)
    .option('--list', 'name what would run, and run nothing')
    .option('--schema', 'print the JSON Schema of the client file')
    .addOption(new Option('--format <format>', 'of the report').choices(REPORT_FORMATS).default('text'))
    .option('--output <file>', 'write the report there')
    .option('--baseline <file>', 'an earlier JSON report: fail only on what got worse')
    .addHelpText('after', EXAMPLES)
    .action(async (client: string | undefined, flags: VerifyFlags) => {
      try {
        await verify(client, flags);
      } catch (error) {
        const usage = [DefinitionError, ScenarioFileError, BaselineError].some(
          (kind) => error instanceof kind,
        );
        throw usage ? new UsageError((error as Error).message) : error;
      }
    });
}

async function verify(client: string | undefined, flags: VerifyFlags): Promise<void> {
  if (flags.schema === true) {
    process.stdout.write(`${JSON.stringify(clientDefinitionSchema(), undefined, 2)}\n`);
    return;
  }
  if (flags.service !== undefined) return verifyService(flags.service, flags);
  const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
  if (flags.scenarios !== undefined) scenarios.push(...(await loadScenarios(flags.scenarios)));
  const selection = {
    long: flags.long ?? false,
    ...(flags.only !== undefined && { only: flags.only }),
    ...(flags.topic !== undefined && { topics: flags.topic }),
    ...(flags.role !== undefined && { roles: flags.role }),
    ...(flags.version !== undefined && { versions: flags.version }),
  };
  if (flags.list === true) return list(scenarios, client, flags, selection);
  const adapter = await adapterOf(client, flags);
  const earlier = flags.baseline === undefined ? undefined : readFileSync(flags.baseline, 'utf8');
  const suite = await runSuite({
    adapter,
    scenarios,
    ...selection,
    patienceMs: flags.patience,
    ...(flags.jobs !== undefined && { jobs: flags.jobs }),
    onResult: progress,
  });
  if (suite.results.length === 0) throw new UsageError('No scenario matches; verify --list names them all');
  conclude(suite, flags, earlier);
}

async function verifyService(url: string, flags: VerifyFlags): Promise<void> {
  if (!URL.canParse(url) || !/^wss?:/.test(url)) {
    throw new UsageError(`--service '${url}' is no address of a service; give ws://host:port`);
  }
  const openTunnel = openTunnelByAwsJson(url.replace(/^ws/, 'http'));
  const scenarios = await loadServiceScenarios();
  const earlier = flags.baseline === undefined ? undefined : readFileSync(flags.baseline, 'utf8');
  const service = { url, openTunnel };
  const suite = await runServiceSuite({ service, scenarios, patienceMs: flags.patience, onResult: progress });
  conclude(suite, flags, earlier);
}

/** Writes the report; throws where the exit status must tell of something broken. */
function conclude(suite: SuiteResult, flags: VerifyFlags, earlier: string | undefined): void {
  endProgress();
  const report = formatReport(suite, flags.format);
  if (flags.output === undefined) process.stdout.write(report);
  else {
    writeFileSync(flags.output, report);
    process.stderr.write(`The report is in ${flags.output}\n`);
  }
  if (earlier !== undefined) compare(earlier, suite);
  else if (exitStatusOf(suite) !== 0) throw new Error(summary(suite));
}

async function adapterOf(client: string | undefined, flags: VerifyFlags): Promise<ClientAdapter> {
  const given = [client !== undefined, flags.own === true, flags.attach !== undefined].filter(Boolean).length;
  if (given !== 1)
    throw new UsageError('Give a client file, or --own, or --attach <role>: exactly one of them');
  if (client !== undefined) return new CommandAdapter(await readClientDefinition(client));
  if (flags.attach === undefined) return new OwnProxies();
  if (flags.attach === 'source' && flags.listens === undefined) {
    throw new UsageError(
      '--attach source needs --listens <port>: where does the client listen for applications?',
    );
  }
  const address = { host: '127.0.0.1', port: Number(flags.listens) };
  return new AttachedAdapter({
    role: flags.attach,
    port: flags.attachPort,
    ask: announce,
    ...(flags.attach === 'source' && { listens: new Map(['', 'SSH'].map((id) => [id, address])) }),
    declares: { services: 1, reconnects: true, reconnectMs: 60_000 },
  });
}

/** Tells whoever starts the client what it needs. */
function announce({ scheme, service, role, version, accessToken, ports }: StartRequest): void {
  const targets = [...ports].map(
    ([id, { host, port }]) => `${id === '' ? 'its service' : id} is at ${host}:${port}`,
  );
  const where = role === 'destination' ? `; ${targets.join(', ')}` : '';
  process.stderr.write(
    `connect the ${role} (${version}) to ${scheme}://${service.host}:${service.port}/tunnel, any token${where}\n` +
      `  for example ${accessToken.slice(0, 8)}…\n`,
  );
}

async function list(
  scenarios: readonly Scenario[],
  client: string | undefined,
  flags: VerifyFlags,
  selection: Parameters<typeof instancesOf>[2],
): Promise<void> {
  const adapter =
    client === undefined && flags.attach === undefined ? new OwnProxies() : await adapterOf(client, flags);
  for (const { key, scenario, skip } of instancesOf(scenarios, adapter, selection)) {
    process.stdout.write(`${key}\t${scenario.title}${skip === undefined ? '' : ` (skipped: ${skip})`}\n`);
  }
}

/** One line that is written over on a terminal; on anything else a line for each result that is not good. */
function progress(result: ScenarioResult, done: number, total: number): void {
  const { key, verdict } = result;
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${done}/${total} ${key.slice(0, 90)}`);
    return;
  }
  if (verdict === 'pass' || verdict === 'skipped') return;
  process.stderr.write(`${done}/${total} ${verdict} ${key}\n`);
}

function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

/** Throws where the run is worse than an earlier one, so that the exit status tells. */
function compare(earlier: string, suite: SuiteResult): void {
  const worse = worseThan(earlier, suite).map(({ key, verdict }) => `${key} (${verdict})`);
  if (worse.length > 0) throw new Error(`worse than the baseline: ${worse.join(', ')}`);
}

/** Why the exit status is not 0. */
function summary({ client, results }: SuiteResult): string {
  const broken = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'crash').length;
  if (broken > 0) return `${client} breaks rules of the protocol in ${broken} of ${results.length} scenarios`;
  const reason = results.find((result) => result.reason !== undefined)?.reason ?? 'no scenario applies';
  return `nothing could be judged of ${client}: ${reason}`;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}
