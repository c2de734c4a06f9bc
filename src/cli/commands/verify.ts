import { Command, InvalidArgumentError, Option } from 'commander';
import {
  BaselineError,
  clientDefinitionSchema,
  DefinitionError,
  jsonReportSchema,
  REPORT_FORMATS,
  ScenarioFileError,
} from '../../scenario-runner/index.js';
import { UsageError } from '../errors.js';
import { againOf } from '../verify/again.js';
import type { AttachFlags } from '../verify/attach.js';
import type { VerifyFlags } from '../verify/flags.js';
import { judgeClient } from '../verify/judge-client.js';
import { judgeService, type ServiceFlags } from '../verify/judge-service.js';

type Flags = VerifyFlags & AttachFlags & ServiceFlags;

const EXAMPLES = `
Examples:
  tunnel-testbed verify my-client.yaml
  tunnel-testbed verify my-client.yaml --format html --output report.html
  tunnel-testbed verify my-client.yaml --only 'streams/*' --version V3
  tunnel-testbed verify --attach source --listens 5555 --version V3
  tunnel-testbed verify --service wss://localhost:8443 --ca ca.pem
  tunnel-testbed verify --schema > client.schema.json
docs/verify.md describes the client file. Exit status: 0 no rule broken, 1 some rules broken, 2 wrong usage.`;

const SIDES = ['source', 'destination'] as const;

/** Judges a tunnel client, or a service, by the rules of the protocol. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('judge a tunnel client, in any language, by the rules of the protocol')
    .argument('[client]', 'file that says how to start the client (YAML)')
    .option('--own', 'judge the proxies of this package')
    .option('--only <id...>', 'run only these scenarios; * matches any text')
    .option('--topic <topic...>', 'run only these topics')
    .addOption(new Option('--role <role...>', 'run only in these modes').choices(SIDES))
    .addOption(new Option('--version <version...>', 'run only in these versions').choices(['V1', 'V2', 'V3']))
    .option('--scenarios <folder>', 'folder with your own scenarios, in addition to the built-in ones')
    .option('--quick', 'run the short suite (default)')
    .option('--long', 'run the whole matrix, with real sizes and times')
    .option('--ssh', 'run real SSH through the client: OpenSSH and ssh2, on either end (also: --topic ssh)')
    .option('--patience <ms>', 'how long to wait for an expected event', wholeNumber, 5000)
    .option('--jobs <n>', 'number of scenarios at once (default: twice the processors)', wholeNumber)
    .option(
      '--seed <n>',
      'draw the same ids and bytes as an earlier run (its report names the seed)',
      seedNumber,
    )
    .option('--list', 'list the scenarios that would run, but do not run them')
    .addOption(
      new Option('--schema [of]', 'print the JSON Schema of the client file, or of the JSON report')
        .choices(['client', 'report'])
        .preset('client'),
    )
    .addOption(
      new Option('--format <format>', 'format of the report').choices(REPORT_FORMATS).default('text'),
    )
    .option('--output <file>', 'write the report to this file')
    .option('--baseline <file>', 'earlier JSON report: fail only if a result is worse than there')
    .optionsGroup('A client that you start yourself:')
    .addOption(new Option('--attach <role>', 'mode of the client').choices(SIDES))
    .option('--attach-port <port>', 'port on which the service listens for the client', portNumber, 8443)
    .option('--attach-host <address>', 'address on which the service listens for the client', '127.0.0.1')
    .option('--attach-wait <ms>', 'how long to wait for the client to connect', wholeNumber, 120_000)
    .option('--listens <ports>', 'source: where the client listens: 5555, host:5555 or SSH=5555,HTTP=5556')
    .option('--dials <ports>', 'destination: where the client dials, in the same form (default: a free port)')
    .option(
      '--hook <command>',
      'command to start the client, run at the beginning of each scenario; placeholders as in a client file',
    )
    .option('--tls', 'the client connects with wss://')
    .option('--no-reconnect', 'the client does not reconnect automatically')
    .optionsGroup('A service:')
    .option('--service <url>', 'judge a service: ws://host:port or wss://host:port')
    .option('--ca <file>', 'trust this CA (PEM)')
    .option('--control-plane <url>', 'URL for OpenTunnel (AWS JSON); default: the same port')
    .option(
      '--open-tunnel <command>',
      'command that opens a tunnel; it must print JSON like `aws iotsecuretunneling open-tunnel`',
    )
    .option('--thing <name>', 'thing name for OpenTunnel by AWS JSON')
    .option('--tokens <file>', 'file with open tunnels (JSON); each is used once')
    .addHelpText('after', EXAMPLES)
    .action(async (client: string | undefined, flags: Flags, command: Command) => {
      const again = againOf(command, client);
      try {
        if (flags.schema !== undefined) printSchema(flags.schema);
        else if (flags.service !== undefined) await judgeService(client, flags.service, flags, again);
        else await judgeClient(client, flags, again);
      } catch (error) {
        const kinds = [DefinitionError, ScenarioFileError, BaselineError];
        throw kinds.some((kind) => error instanceof kind) ? new UsageError((error as Error).message) : error;
      }
    });
}

function printSchema(of: 'client' | 'report'): void {
  const schema = of === 'client' ? clientDefinitionSchema() : jsonReportSchema();
  process.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

function seedNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number, as a report names it.');
  return Number(text);
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a port, or 0 for a free port.');
  }
  return Number(text);
}
