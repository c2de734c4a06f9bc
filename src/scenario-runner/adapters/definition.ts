import { z } from 'zod';
import { LEAST_CLAIMED } from './adapter.js';

const command = z
  .union([z.string().min(1), z.array(z.string()).min(1)])
  .describe(
    'Program and arguments: a list, or a string that is split at spaces (quotes group words). No shell is used.',
  );

const mode = z.strictObject({
  command,
  listening: z
    .string()
    .optional()
    .describe('For a source that chooses its own port: a pattern for its output, with the port as group 1.'),
});

const perVersion = z.strictObject({
  V1: z.array(z.string()).optional(),
  V2: z.array(z.string()).optional(),
  V3: z.array(z.string()).optional(),
});

const declares = z
  .strictObject({
    kind: z
      .enum(['local-proxy', 'library'])
      .default(LEAST_CLAIMED.kind)
      .describe('A local proxy compares service ids with its configuration (S2).'),
    versions: z
      .array(z.enum(['V1', 'V2', 'V3']))
      .min(1)
      .default(['V1', 'V2', 'V3']),
    connections: z
      .int()
      .min(1)
      .default(LEAST_CLAIMED.connections)
      .describe('TCP connections at the same time on a V3 stream.'),
    services: z.int().min(1).default(LEAST_CLAIMED.services).describe('Named services at the same time.'),
    reconnects: z
      .boolean()
      .default(LEAST_CLAIMED.reconnects)
      .describe('Reconnects by itself when its WebSocket is lost.'),
    reconnectMs: z
      .int()
      .min(0)
      .default(LEAST_CLAIMED.reconnectMs)
      .describe('The longest time before it reconnects.'),
    dialMs: z
      .int()
      .min(0)
      .default(LEAST_CLAIMED.dialMs)
      .describe('Destination: how long it keeps trying to reach its target.'),
    pingIntervalMs: z.int().min(0).default(0).describe('Interval of its own pings; 0 for none.'),
    noticesMs: z
      .int()
      .min(0)
      .default(LEAST_CLAIMED.noticesMs)
      .describe('After this time it gives up a service that sends nothing. 0: it does not declare a time.'),
  })
  .prefault({});

/** The file that describes a client under test. */
export const clientDefinition = z.strictObject({
  name: z.string().min(1),
  source: mode.optional().describe('How to start it in source mode.'),
  destination: mode.optional().describe('How to start it in destination mode.'),
  versionArguments: perVersion.default({}).describe('Arguments added for a version.'),
  mapping: z
    .strictObject({
      each: z.string().default('{service}={address}'),
      separator: z.string().default(','),
      single: z.string().default('{address}').describe('If the tunnel has no service ids.'),
    })
    .prefault({})
    .describe('How {mappings} spells services, with {service}, {host}, {port} and {address}.'),
  environment: z.record(z.string(), z.string()).default({}),
  workingDirectory: z.string().optional(),
  transport: z.enum(['plain', 'tls']).default('tls').describe('Whether it speaks ws:// or wss://.'),
  host: z
    .string()
    .default('127.0.0.1')
    .describe('The name or address of this machine that the client is told.'),
  ready: z
    .strictObject({ output: z.string() })
    .optional()
    .describe(
      'The client is ready when its output matches this pattern. By default, when its WebSocket is open.',
    ),
  stopMs: z.int().min(1).default(2000).describe('How long it may take to end on SIGTERM.'),
  declares,
});

export type ClientDefinition = z.infer<typeof clientDefinition>;

/** JSON Schema of the file, for editors. */
export function clientDefinitionSchema(): unknown {
  return z.toJSONSchema(clientDefinition, { io: 'input' });
}

/** A client definition that cannot be used. `code` is stable. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  readonly code = 'INVALID_CLIENT_DEFINITION';
}

/** Splits a command line at spaces. Single and double quotes group words, and a backslash quotes the next character. */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (char === '\\' && quote !== "'" && i + 1 < line.length) word = (word ?? '') + line[++i]!;
    else if (quote !== '' && char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote !== '') throw new DefinitionError(`The command has an unclosed ${quote}: ${line}`);
  if (word !== undefined) words.push(word);
  return words;
}
