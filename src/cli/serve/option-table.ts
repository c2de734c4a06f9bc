import { InvalidArgumentError } from 'commander';

/** An option of `serve` on the command line, and its place in the configuration. */
export interface ServeOption {
  readonly flags: string;
  readonly description: string;
  /** The option's path in the configuration file. Paths of service options are those of `startMockService`. */
  readonly path: string;
  /** Makes the value from the text of the argument. Default: the text itself. A switch has no text; its value is true. */
  readonly parse?: (text: string) => unknown;
}

/**
 * The command line options of `serve`. A new option of the service needs an entry here only if it gets a flag. The
 * configuration file can hold all options.
 */
export const SERVE_OPTIONS: readonly ServeOption[] = [
  { flags: '--host <host>', description: 'address to listen on (default: localhost)', path: 'host' },
  {
    flags: '--port <port>',
    description: 'port; 0 picks a free port (default: 8443)',
    path: 'port',
    parse: number,
  },
  {
    flags: '--open <services>',
    description: 'open a tunnel with these services: SSH,HTTP',
    path: 'open',
    parse: list,
  },
  {
    flags: '--certificate <fault>',
    description:
      'use a certificate that clients must refuse: another-ca, another-name, expired, not-yet-valid',
    path: 'certificate',
  },
  {
    flags: '--strict',
    description: 'refuse deviations of public clients that are otherwise tolerated',
    path: 'strict',
  },
  {
    flags: '--enforce <close|report|off>',
    description: 'what happens to a client that breaks a MUST (default: close)',
    path: 'enforce',
  },
  {
    flags: '--reframe <how>',
    description:
      'WebSocket messages to clients: as-sent, merge, one-per-message, split:SIZE,SIZE… or split:random:MAX',
    path: 'reframing',
    parse: reframing,
  },
  {
    flags: '--bandwidth <bytes/s>',
    description: 'bandwidth limit of each tunnel',
    path: 'limits.bandwidthBytesPerSecond',
    parse: number,
  },
  { flags: '--seed <seed>', description: 'seed that makes ids and tokens repeatable', path: 'seed' },
  {
    flags: '--capture <file>',
    description: 'record every frame and event in this file (docs/captures.md)',
    path: 'capture.file',
  },
  {
    flags: '--admin-token <token>',
    description: 'token for the admin API, from any machine; without it, only this machine may use the API',
    path: 'adminToken',
  },
  {
    flags: '--mqtt-port <port>',
    description: 'notify devices through an embedded MQTT broker on this port (docs/devices.md)',
    path: 'mqttPort',
    parse: number,
  },
  {
    flags: '--mqtt-client-cert <optional|required|file>',
    description:
      'whether devices must present a certificate, or the PEM file of the CA that must have signed it',
    path: 'mqttClientCert',
  },
  {
    flags: '--mqtt-url <url>',
    description: 'notify devices through this broker, such as mqtt://localhost:1883',
    path: 'mqttUrl',
  },
  {
    flags: '--also-listen <ports>',
    description: 'further ports, for clients with a built-in port: 443',
    path: 'alsoListen',
    parse: numbers,
  },
  {
    flags: '--advertise <names>',
    description: 'host names of the service, besides localhost: tunnels.example.com',
    path: 'advertise',
    parse: list,
  },
  {
    flags: '--allow-origin <origins>',
    description: 'origins of pages that may set the token cookie (default: pages of this machine)',
    path: 'allowOrigins',
    parse: list,
  },
  {
    flags: '--cookie-path <path>',
    description: 'path to which pages POST their token (default: /set-cookie)',
    path: 'cookiePath',
  },
  {
    flags: '--require-signature <keyId:secret>',
    description:
      'check AWS signatures with this key pair (better: requireSignature in the configuration file)',
    path: 'requireSignature',
    parse: keyPair,
  },
  { flags: '--state-dir <folder>', description: 'folder of the CA', path: 'stateDir' },
  {
    flags: '--ready-file <file>',
    description: 'write a JSON file when the service accepts connections',
    path: 'readyFile',
  },
  {
    flags: '--log-level <level>',
    description: 'level of the log on stderr: silent, error, warn, info, debug',
    path: 'logLevel',
  },
];

/** Commander's name for an option. */
export function attributeOf(option: ServeOption): string {
  const long = /--([a-z-]+)/.exec(option.flags)![1]!;
  return long.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Puts the given options at their paths. */
export function atPaths(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const option of SERVE_OPTIONS) {
    const value = given[attributeOf(option)];
    if (value === undefined) continue;
    const [head, tail] = option.path.split('.') as [string, string?];
    tree[head] = tail === undefined ? value : { ...(tree[head] as object | undefined), [tail]: value };
  }
  return tree;
}

function number(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number.');
}

function numbers(text: string): number[] {
  return list(text).map(number);
}

/** Reads a key pair. The secret may contain colons, but the key id may not. */
function keyPair(text: string): object {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('Give KEYID:SECRET.');
  return { accessKeyId: text.slice(0, colon), secretAccessKey: text.slice(colon + 1) };
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function reframing(text: string): object {
  const [mode, sizes, max] = text.split(':');
  if (mode !== 'split') return { mode };
  if (sizes === 'random') return { mode, maxBytes: number(max ?? '') };
  return { mode, sizes: numbers(sizes ?? '') };
}
