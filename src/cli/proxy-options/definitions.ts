import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors.js';

/** Values of the options of `source`, `destination` and `connect`, by commander's names. */
export interface ProxyFlags {
  readonly accessToken?: string;
  readonly clientToken?: string;
  readonly proxyEndpoint?: string;
  readonly region?: string;
  readonly sourceListenPort?: string;
  readonly destinationApp?: string;
  readonly localBindAddress?: string;
  readonly capath?: string;
  readonly ca?: string;
  readonly sslHostVerify?: boolean;
  readonly exportDefaultSettings?: string;
  readonly settingsJson?: string;
  readonly config?: string;
  readonly verbose?: number;
  readonly mode?: string;
  readonly destinationClientType?: string;
  readonly configDir?: string;
  readonly retry?: boolean;
  readonly json?: boolean;
}

/** The options that a `--config` file may hold, by their long names; a switch takes `true` or `false`. */
export const CONFIG_FILE_OPTIONS: ReadonlyMap<string, keyof ProxyFlags> = new Map([
  ['access-token', 'accessToken'],
  ['client-token', 'clientToken'],
  ['proxy-endpoint', 'proxyEndpoint'],
  ['region', 'region'],
  ['source-listen-port', 'sourceListenPort'],
  ['destination-app', 'destinationApp'],
  ['local-bind-address', 'localBindAddress'],
  ['capath', 'capath'],
  ['ca', 'ca'],
  ['no-ssl-host-verify', 'sslHostVerify'],
  ['settings-json', 'settingsJson'],
  ['verbose', 'verbose'],
  ['mode', 'mode'],
  ['destination-client-type', 'destinationClientType'],
  ['config-dir', 'configDir'],
]);

const MAX_VERBOSITY = 255;

export function parseVerbosity(text: string): number {
  const level = Number(text);
  if (/^\d+$/.test(text) && level <= MAX_VERBOSITY) return level;
  throw new InvalidArgumentError('Give 0 (off) to 6 (trace).');
}

/** An option that may stand once, as with the reference local proxy. Its value is never repeated: it may be a token. */
function once(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((value: string, previous: string | undefined) => {
    if (previous !== undefined) throw new UsageError(`option '--${option.name()}' is given more than once`);
    return value;
  });
}

/** Options that every client of a tunnel takes: the reference local proxy's, and a few more. */
export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(
      once('-e, --proxy-endpoint <host[:port]>', 'the service; wss:// and ws:// may stand before it'),
    )
    .addOption(once('-r, --region <region>', 'an AWS region, instead of an endpoint'))
    .addOption(once('-t, --access-token <token>', 'better: variable AWSIOT_TUNNEL_ACCESS_TOKEN'))
    .addOption(
      once('-i, --client-token <token>', 'lets the same client connect again (32 to 128 characters)'),
    )
    .addOption(once('-c, --capath <folder>', 'folder of further CA certificates to trust'))
    .addOption(once('--ca <file>', 'file of further CA certificates to trust'))
    .option('-k, --no-ssl-host-verify', 'verify no certificate; for tests alone')
    .addOption(once('-y, --destination-client-type <V1|V2|V3>', 'message format to speak (default: V3)'))
    .addOption(once('--config <file>', "options as 'long-name = value' lines"))
    .addOption(once('--settings-json <file>', "the reference local proxy's fine settings"))
    .option(
      '-v, --verbose <level>',
      '0 off, 1 fatal, 2 error, 3 warning, 4 info, 5 debug, 6 trace',
      parseVerbosity,
    )
    .option('--retry', 'keep trying where nobody answers at first')
    .option('--json', 'one JSON object a line on stdout');
}

/** What a local proxy takes besides. */
export function addProxyOptions(command: Command): Command {
  return addConnectionOptions(command)
    .addOption(
      once('-s, --source-listen-port <mapping>', 'source: where to listen, SSH=5555,HTTP=8080 or a port'),
    )
    .addOption(
      once(
        '-d, --destination-app <mapping>',
        'destination: what to dial, SSH=22,WEB=10.0.0.1:80,LOG=/a.sock',
      ),
    )
    .addOption(
      once(
        '-b, --local-bind-address <host>',
        'source: address to listen on; destination: host of bare ports',
      ),
    )
    .addOption(once('-m, --mode <src|source|dst|destination>', 'must agree with the command'))
    .addOption(
      once('--config-dir <folder>', 'files of SERVICE=PORT lines, used without -s or -d (default: ./config)'),
    )
    .addOption(
      once('--export-default-settings <file>', 'write the fine settings with their defaults, and exit'),
    );
}
