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
The client definition is described in docs/verify.md. Exit status: 0 no rule broken, 1 some, 2 wrong usage.`;

const SIDES = ['source', 'destination'] as const;

/** Judges a tunnel client, or a service, by the rules of the protocol. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('judge a tunnel client, in any language, by the rules of the protocol')
    .argument('[client]', 'a file that says how to start the client (YAML)')
    .option('--own', 'judge the proxies of this package')
    .option('--only <id...>', 'these scenarios; * stands for anything')
    .option('--topic <topic...>', 'these topics')
    .addOption(new Option('--role <role...>', 'in these modes').choices(SIDES))
    .addOption(new Option('--version <version...>', 'in these versions').choices(['V1', 'V2', 'V3']))
    .option('--scenarios <folder>', 'scenarios of your own, besides those built in')
    .option('--quick', 'the short suite (default)')
    .option('--long', 'the whole matrix, real sizes and times')
    .option('--ssh', 'real SSH through the client: OpenSSH and ssh2, on either end (also: --topic ssh)')
    .option('--patience <ms>', 'how long an expected thing may take', wholeNumber, 5000)
    .option('--jobs <n>', 'scenarios at once (default: twice the processors)', wholeNumber)
    .option('--list', 'name what would run, and run nothing')
    .addOption(
      new Option('--schema [of]', 'print the JSON Schema of the client file, or of the JSON report')
        .choices(['client', 'report'])
        .preset('client'),
    )
    .addOption(new Option('--format <format>', 'of the report').choices(REPORT_FORMATS).default('text'))
    .option('--output <file>', 'write the report there')
    .option('--baseline <file>', 'an earlier JSON report: fail only on what got worse')
    .optionsGroup('A client that you start yourself:')
    .addOption(new Option('--attach <role>', 'it runs in this mode').choices(SIDES))
    .option('--attach-port <port>', 'where the service listens for it', portNumber, 8443)
    .option('--attach-host <address>', 'on which address of this machine', '127.0.0.1')
    .option('--attach-wait <ms>', 'how long to wait for it to connect', wholeNumber, 120_000)
    .option('--listens <ports>', 'source: where it listens, as 5555, host:5555 or SSH=5555,HTTP=5556')
    .option('--dials <ports>', 'destination: what it dials, likewise (default: a free port)')
    .option(
      '--hook <command>',
      'run as each scenario begins, to start the client; placeholders as in a client file',
    )
    .option('--tls', 'it connects by wss://')
    .option('--no-reconnect', 'it does not come back by itself')
    .optionsGroup('A service:')
    .option('--service <url>', 'judge a service: ws://host:port or wss://host:port')
    .option('--ca <file>', 'trust this CA (PEM)')
    .option('--control-plane <url>', 'where OpenTunnel is asked (AWS JSON); default: the same port')
    .option(
      '--open-tunnel <command>',
      'opens tunnels instead; prints JSON as `aws iotsecuretunneling open-tunnel`',
    )
    .option('--thing <name>', 'OpenTunnel by AWS JSON names this thing')
    .option('--tokens <file>', 'tunnels that are open already (JSON); each is used once')
    .addHelpText('after', EXAMPLES)
    .action(async (client: string | undefined, flags: Flags) => {
      try {
        if (flags.schema !== undefined) printSchema(flags.schema);
        else if (flags.service !== undefined) await judgeService(client, flags.service, flags);
        else await judgeClient(client, flags);
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

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a port, or 0 for a free one.');
  }
  return Number(text);
}
