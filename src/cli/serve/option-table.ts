import { InvalidArgumentError } from 'commander';

/** An option of `serve` on the command line, and where it goes. */
export interface ServeOption {
  readonly flags: string;
  readonly description: string;
  /** Path in the configuration file, whose service part is what `startMockService` takes. */
  readonly path: string;
  /** From the text of the argument; a switch has no text and means true. Default: the text itself. */
  readonly parse?: (text: string) => unknown;
}

/**
 * The command line of `serve`, one line an option. A new option of the service needs a line here only if it is to have a
 * flag: the configuration file takes all of them.
 */
export const SERVE_OPTIONS: readonly ServeOption[] = [
  { flags: '--host <host>', description: 'address to listen on (default: localhost)', path: 'host' },
  { flags: '--port <port>', description: '0 picks a free one (default: 8443)', path: 'port', parse: number },
  {
    flags: '--open <services>',
    description: 'open a tunnel with these services: SSH,HTTP',
    path: 'open',
    parse: list,
  },
  {
    flags: '--certificate <fault>',
    description: 'one that no client may trust: another-ca, another-name, expired, not-yet-valid',
    path: 'certificate',
  },
  { flags: '--strict', description: 'refuse what is only tolerated of public clients', path: 'strict' },
  {
    flags: '--enforce <close|report|off>',
    description: 'what happens to a client that breaks a MUST (default: close)',
    path: 'enforce',
  },
  {
    flags: '--reframe <how>',
    description: 'as-sent, merge, one-per-message, split:SIZE,SIZE… or split:random:MAX',
    path: 'reframing',
    parse: reframing,
  },
  {
    flags: '--bandwidth <bytes/s>',
    description: 'limit of a tunnel',
    path: 'limits.bandwidthBytesPerSecond',
    parse: number,
  },
  { flags: '--seed <seed>', description: 'makes ids and tokens repeatable', path: 'seed' },
  {
    flags: '--capture <file>',
    description: 'record every frame and event in this file (docs/captures.md)',
    path: 'capture.file',
  },
  {
    flags: '--admin-token <token>',
    description: 'needed for the admin API, from anywhere; without one only this machine may use it',
    path: 'adminToken',
  },
  {
    flags: '--mqtt-port <port>',
    description: 'tell devices of tunnels through an MQTT broker of our own on this port, plain and TLS',
    path: 'mqttPort',
    parse: number,
  },
  {
    flags: '--mqtt-url <url>',
    description: 'or through this broker, as in mqtt://localhost:1883',
    path: 'mqttUrl',
  },
  {
    flags: '--also-listen <ports>',
    description: 'further ports, for clients with a built-in one: 443',
    path: 'alsoListen',
    parse: numbers,
  },
  {
    flags: '--advertise <names>',
    description: 'host names that lead here, beside localhost: tunnels.example.com',
    path: 'advertise',
    parse: list,
  },
  {
    flags: '--allow-origin <origins>',
    description: 'pages that may have a cookie set (default: those of this machine)',
    path: 'allowOrigins',
    parse: list,
  },
  {
    flags: '--cookie-path <path>',
    description: 'where they POST their token (default: /set-cookie)',
    path: 'cookiePath',
  },
  {
    flags: '--require-signature <keyId:secret>',
    description:
      'check AWS signatures with this key pair (better: requireSignature in the configuration file)',
    path: 'requireSignature',
    parse: keyPair,
  },
  { flags: '--state-dir <folder>', description: 'where the CA is kept', path: 'stateDir' },
  {
    flags: '--ready-file <file>',
    description: 'JSON written once connections are accepted',
    path: 'readyFile',
  },
  {
    flags: '--log-level <level>',
    description: 'of the log on stderr: silent, error, warn, info, debug',
    path: 'logLevel',
  },
];

/** The name under which commander keeps an option. */
export function attributeOf(option: ServeOption): string {
  const long = /--([a-z-]+)/.exec(option.flags)![1]!;
  return long.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Puts the options that were given at their paths. */
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

/** The secret may hold colons; the key id may not. */
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
