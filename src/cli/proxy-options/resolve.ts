import {
  type ConnectionOptions,
  parseServiceMapping,
  type ServiceMappingInput,
} from '../../clients/index.js';
import type { Side } from '../../protocol/index.js';
import { UsageError } from '../errors.js';
import { createLogger } from '../output/index.js';
import type { ProxyFlags } from './definitions.js';
import { readConfigDir, readConfigFile } from './files.js';
import { type FineSettings, readSettingsJson } from './settings-json.js';

/** Everything that a command needs for its client. */
export interface ResolvedOptions {
  readonly connection: ConnectionOptions;
  readonly services: ServiceMappingInput | undefined;
  readonly bindAddress: string | undefined;
  readonly fine: FineSettings;
  readonly json: boolean;
}

const FORMATS = ['V1', 'V2', 'V3'] as const;
const MODES: Readonly<Record<string, Side>> = {
  src: 'source',
  source: 'source',
  dst: 'destination',
  destination: 'destination',
};
const INFO = 4;

/**
 * Combines the command line, the `--config` file and the environment. An option of an earlier one overrides a later one.
 * @throws {UsageError}; its message has the option, the reason and what to do.
 */
export function resolveOptions(flags: ProxyFlags, side: Side, environment = process.env): ResolvedOptions {
  const all = merge(flags, environment);
  checkSide(all, side);
  const fine: FineSettings =
    all.settingsJson === undefined ? { endpoints: new Map() } : readSettingsJson(all.settingsJson);
  const format = FORMATS.find((each) => each === (all.destinationClientType ?? 'V3'));
  if (format === undefined) {
    const given = all.destinationClientType;
    throw new UsageError(`--destination-client-type '${given}' is not known; use ${FORMATS.join(', ')}`);
  }
  const { accessToken } = all;
  if (accessToken === undefined || accessToken === '') {
    throw new UsageError(
      `--access-token is required; set AWSIOT_TUNNEL_ACCESS_TOKEN to the tunnel's token for the ${side}`,
    );
  }
  const { pingIntervalMs, backoff, subprotocol } = fine;
  return {
    connection: {
      ...chooseEndpoint(all, fine),
      accessToken,
      format,
      logger: createLogger(all.verbose ?? INFO),
      retryFirstConnection: all.retry ?? false,
      insecure: all.sslHostVerify === false,
      ...(all.clientToken !== undefined && all.clientToken !== '' && { clientToken: all.clientToken }),
      ...(all.capath !== undefined && { caDir: all.capath }),
      ...(all.ca !== undefined && { ca: all.ca }),
      ...(pingIntervalMs !== undefined && { pingIntervalMs }),
      ...(backoff !== undefined && { backoff }),
      ...(subprotocol !== undefined && { subprotocol }),
    },
    services: mappingOf(all, side),
    bindAddress: all.localBindAddress ?? fine.bindAddress,
    fine,
    json: all.json ?? false,
  };
}

function merge(flags: ProxyFlags, environment: NodeJS.ProcessEnv): ProxyFlags {
  const file = flags.config === undefined ? {} : readConfigFile(flags.config);
  const fromEnvironment: ProxyFlags = {
    ...(environment.AWSIOT_TUNNEL_ACCESS_TOKEN && { accessToken: environment.AWSIOT_TUNNEL_ACCESS_TOKEN }),
    ...(environment.AWSIOT_TUNNEL_CLIENT_TOKEN && { clientToken: environment.AWSIOT_TUNNEL_CLIENT_TOKEN }),
    ...(environment.AWSIOT_TUNNEL_ENDPOINT && { proxyEndpoint: environment.AWSIOT_TUNNEL_ENDPOINT }),
    ...(environment.AWSIOT_TUNNEL_REGION && { region: environment.AWSIOT_TUNNEL_REGION }),
  };
  // If a negated switch is not given, commander sets it to true.
  const { sslHostVerify, ...given } = flags;
  return { ...fromEnvironment, ...file, ...given, ...(sslHostVerify === false && { sslHostVerify }) };
}

function checkSide(flags: ProxyFlags, side: Side): void {
  const { mode, sourceListenPort, destinationApp } = flags;
  if (mode !== undefined && MODES[mode] === undefined) {
    throw new UsageError(`--mode '${mode}' is not known; use src, dst, source or destination`);
  }
  if (mode !== undefined && MODES[mode] !== side) {
    throw new UsageError(
      `--mode '${mode}' does not fit the command '${side}'; leave it out or use the other command`,
    );
  }
  if (side === 'source' && destinationApp !== undefined) {
    throw new UsageError(
      "--destination-app is for the command 'destination'; a source takes --source-listen-port",
    );
  }
  if (side === 'destination' && sourceListenPort !== undefined) {
    throw new UsageError(
      "--source-listen-port is for the command 'source'; a destination takes --destination-app",
    );
  }
}

function chooseEndpoint(flags: ProxyFlags, fine: FineSettings): { endpoint: string } | { region: string } {
  const { proxyEndpoint, region } = flags;
  if (proxyEndpoint !== undefined && region !== undefined) {
    const what =
      '--proxy-endpoint (AWSIOT_TUNNEL_ENDPOINT) and --region (AWSIOT_TUNNEL_REGION) are both given';
    throw new UsageError(`${what}; give one of them`);
  }
  if (proxyEndpoint !== undefined) return { endpoint: proxyEndpoint };
  if (region === undefined)
    throw new UsageError('neither --proxy-endpoint nor --region is given; give one of them');
  const override = fine.endpoints.get(region);
  return override === undefined ? { region } : { endpoint: override };
}

function mappingOf(flags: ProxyFlags, side: Side): ServiceMappingInput | undefined {
  const option = side === 'source' ? 'sourceListenPort' : 'destinationApp';
  const text = flags[option];
  if (text === undefined) return readConfigDir(flags.configDir);
  const name = side === 'source' ? '--source-listen-port' : '--destination-app';
  parseServiceMapping(text, side, name);
  return text;
}
