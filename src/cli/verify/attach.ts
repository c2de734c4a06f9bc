import type { MessageFormat, Side } from '../../protocol/index.js';
import {
  type Address,
  AttachedAdapter,
  type ClientDefinition,
  freePort,
  readClientDefinition,
  type StartRequest,
} from '../../scenario-runner/index.js';
import { UsageError } from '../errors.js';
import { logLines } from '../output/index.js';

/** Flags for a client that the user starts. */
export interface AttachFlags {
  readonly attach?: Side;
  readonly attachPort: number;
  readonly attachHost: string;
  readonly attachWait: number;
  readonly listens?: string;
  readonly dials?: string;
  readonly hook?: string;
  readonly tls?: boolean;
  readonly reconnect: boolean;
  readonly version?: MessageFormat[];
}

/** How long a client may take to reconnect if its file does not say so, in milliseconds. */
const RECONNECT_MS = 30_000;

/** The adapter for a client that the user starts. A definition file can give its name and its declarations. */
export async function attachedAdapter(
  role: Side,
  flags: AttachFlags,
  file?: string,
): Promise<AttachedAdapter> {
  const definition = file === undefined ? undefined : await readClientDefinition(file, { attached: true });
  const versions = flags.version ?? definition?.declares.versions;
  if (versions === undefined || (definition === undefined && versions.length > 1)) {
    throw new UsageError(
      `--attach needs --version V1, V2 or V3: a running client speaks one message format, and verify cannot change it`,
    );
  }
  const service = { host: flags.attachHost, port: flags.attachPort };
  const ports = await portsOf(role, flags);
  const declares = {
    ...declaredBy(definition, ports.size),
    versions,
    ...(!flags.reconnect && { reconnects: false }),
  };
  return new AttachedAdapter({
    role,
    service,
    ports,
    declares,
    name: definition?.name ?? `attached ${role}`,
    scheme: flags.tls === true ? 'wss' : 'ws',
    connectMs: flags.attachWait,
    ...(flags.hook !== undefined && { hook: flags.hook }),
    nudge: (request) => logLines.write(`\nwaiting for the ${role} to connect to ${urlOf(request)}\n`),
  });
}

function declaredBy(definition: ClientDefinition | undefined, services: number) {
  if (definition === undefined) return { services, reconnects: true, reconnectMs: RECONNECT_MS };
  return { ...definition.declares, services: Math.min(services, definition.declares.services) };
}

/** Prints how to start the client, in the terms of AWS's local proxy. */
export function announce(adapter: AttachedAdapter, service: Address, caPath: string): void {
  const { accessToken, ports } = adapter.standing;
  const [role] = adapter.roles;
  const at = `${service.host}:${service.port}`;
  const isV1 = adapter.declares.versions.every((version) => version === 'V1');
  const names = isV1 ? [''] : [...ports.keys()];
  const mapping = names.map((name) => {
    const { host, port } = ports.get(name) ?? ports.values().next().value!;
    const local = role === 'source' ? `${port}` : `${host}:${port}`;
    return name === '' ? local : `${name}=${local}`;
  });
  const flag = role === 'source' ? '-s' : '-d';
  const own = isV1 ? ' -y V1' : '';
  const lines = [
    `The ${role} must connect to ws://${at}/tunnel?local-proxy-mode=${role} (or wss://, same port; CA: ${caPath})`,
    `  access token  ${accessToken} (header access-token, or cookie awsiot-tunnel-token)`,
    `  versions      ${adapter.declares.versions.join(', ')}; one version at a time, in this order`,
    role === 'source'
      ? `  it listens at ${where(ports)}; verify connects there as an application`
      : `  it dials      ${where(ports)}; a test application listens there`,
    `  for example   AWSIOT_TUNNEL_ACCESS_TOKEN=${accessToken} tunnel-testbed ${role} -e ws://${at} ${flag} ${mapping.join(',')}${own}`,
    adapter.declares.reconnects
      ? '  After each scenario its connection is dropped, and it must reconnect automatically (if it does not: --no-reconnect).'
      : '  Start it again each time its connection is gone.',
  ];
  logLines.write(`${lines.join('\n')}\n`);
}

function where(ports: ReadonlyMap<string, Address>): string {
  return [...ports]
    .map(([name, { host, port }]) => `${name === '' ? '' : `${name} `}${host}:${port}`)
    .join(', ');
}

function urlOf({ scheme, service, role }: StartRequest): string {
  return `${scheme}://${service.host}:${service.port}/tunnel?local-proxy-mode=${role}`;
}

async function portsOf(role: Side, flags: AttachFlags): Promise<ReadonlyMap<string, Address>> {
  const [name, text, other] =
    role === 'source'
      ? (['--listens', flags.listens, flags.dials] as const)
      : (['--dials', flags.dials, flags.listens] as const);
  if (other !== undefined) throw new UsageError(`--attach ${role} needs ${name} instead`);
  if (text !== undefined) return parseMapping(name, text, flags.attachHost);
  if (role === 'source') {
    throw new UsageError(
      '--attach source needs --listens <port>: the port on which the client listens for applications',
    );
  }
  return new Map([['SSH', { host: flags.attachHost, port: await freePort() }]]);
}

/** Reads `5555`, `host:5555` or `SSH=5555,HTTP=host:5556`. */
function parseMapping(option: string, text: string, defaultHost: string): ReadonlyMap<string, Address> {
  const ports = new Map<string, Address>();
  for (const part of text.split(',')) {
    const found = /^(?:(?<name>[\w:-]+)=)?(?:(?<host>[^:=]+):)?(?<port>\d{1,5})$/.exec(part.trim());
    const { name = 'SSH', host = defaultHost, port } = found?.groups ?? {};
    if (port === undefined || Number(port) > 65_535 || Number(port) === 0) {
      throw new UsageError(`${option} '${part}' is not a port; give 5555, host:5555 or SSH=5555,HTTP=5556`);
    }
    if (ports.has(name)) throw new UsageError(`${option} names the service '${name}' twice`);
    ports.set(name, { host, port: Number(port) });
  }
  return ports;
}
