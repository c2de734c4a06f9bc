import { z } from 'zod';
import { LEAST_CLAIMED } from './adapter.js';

const command = z
  .union([z.string().min(1), z.array(z.string()).min(1)])
  .describe(
    'Program and arguments: a list, or a string split at spaces (quotes group). No shell is involved.',
  );

const mode = z.strictObject({
  command,
  listening: z
    .string()
    .optional()
    .describe(
      'Source only, where the client picks its port itself: a pattern over its output, group 1 the port.',
    ),
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
      .describe('TCP connections at once on a V3 stream.'),
    services: z.int().min(1).default(LEAST_CLAIMED.services).describe('Named services at once.'),
    reconnects: z
      .boolean()
      .default(LEAST_CLAIMED.reconnects)
      .describe('Comes back by itself after its WebSocket was lost.'),
    reconnectMs: z
      .int()
      .min(0)
      .default(LEAST_CLAIMED.reconnectMs)
      .describe('The longest it waits before it comes back.'),
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
      .describe(
        'Within this time it gives up a service that says nothing: no TLS, no answer. 0: it does not say.',
      ),
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
      single: z.string().default('{address}').describe('Where the tunnel has no service ids.'),
    })
    .prefault({})
    .describe('How {mappings} spells services; {service}, {host}, {port}, {address} are known there.'),
  environment: z.record(z.string(), z.string()).default({}),
  workingDirectory: z.string().optional(),
  transport: z.enum(['plain', 'tls']).default('tls').describe('Whether it speaks ws:// or wss://.'),
  host: z.string().default('127.0.0.1').describe('How it is told to reach this machine.'),
  ready: z
    .strictObject({ output: z.string() })
    .optional()
    .describe('A pattern over its output; by default its WebSocket is enough.'),
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

/** Splits a command line at spaces; single and double quotes group, a backslash takes the next character as it is. */
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
