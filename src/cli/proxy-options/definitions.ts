import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors.js';

/** The values of the options of `source`, `destination` and `connect`, by commander's names. */
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

/** The options that a `--config` file may hold, by their long names. A switch has the value `true` or `false`. */
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

/**
 * An option that may be given once, as in the reference local proxy. Its error message does not repeat the value,
 * because it may be a token.
 */
function once(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((value: string, previous: string | undefined) => {
    if (previous !== undefined) throw new UsageError(`option '--${option.name()}' is given more than once`);
    return value;
  });
}

/** The options that all clients of a tunnel have: those of the reference local proxy, and a few more. */
export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(
      once('-e, --proxy-endpoint <host[:port]>', 'address of the service; it may begin with wss:// or ws://'),
    )
    .addOption(once('-r, --region <region>', 'AWS region, instead of an endpoint'))
    .addOption(
      once('-t, --access-token <token>', 'access token (safer: the variable AWSIOT_TUNNEL_ACCESS_TOKEN)'),
    )
    .addOption(
      once(
        '-i, --client-token <token>',
        'client token, which allows the same client to reconnect (32 to 128 characters)',
      ),
    )
    .addOption(once('-c, --capath <folder>', 'folder of further CA certificates to trust'))
    .addOption(once('--ca <file>', 'file of further CA certificates to trust'))
    .option('-k, --no-ssl-host-verify', 'do not verify certificates; for tests only')
    .addOption(once('-y, --destination-client-type <V1|V2|V3>', 'message format (default: V3)'))
    .addOption(once('--config <file>', "file with options, in lines 'long-name = value'"))
    .addOption(once('--settings-json <file>', 'settings file of the reference local proxy'))
    .option(
      '-v, --verbose <level>',
      '0 off, 1 fatal, 2 error, 3 warning, 4 info, 5 debug, 6 trace',
      parseVerbosity,
    )
    .option('--retry', 'keep trying if the first connection fails')
    .option('--json', 'print one JSON object per line to stdout');
}

/** The options that only local proxies have. */
export function addProxyOptions(command: Command): Command {
  return addConnectionOptions(command)
    .addOption(
      once('-s, --source-listen-port <mapping>', 'source: ports to listen on: SSH=5555,HTTP=8080 or a port'),
    )
    .addOption(
      once(
        '-d, --destination-app <mapping>',
        'destination: addresses to dial: SSH=22,WEB=10.0.0.1:80,LOG=/a.sock',
      ),
    )
    .addOption(
      once(
        '-b, --local-bind-address <host>',
        'source: address to listen on; destination: host to dial for bare ports',
      ),
    )
    .addOption(once('-m, --mode <src|source|dst|destination>', 'must agree with the command'))
    .addOption(
      once(
        '--config-dir <folder>',
        'folder of files with SERVICE=PORT lines, if -s or -d is not given (default: ./config)',
      ),
    )
    .addOption(once('--export-default-settings <file>', 'write a settings file with the defaults, and exit'));
}
