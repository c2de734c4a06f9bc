import { extname } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { reasonOf } from '../../clients/errors.js';
import { serviceOptionsSchema } from '../../mock-service/index.js';
import { UsageError } from '../errors.js';
import { readOptionFile } from '../proxy-options/files.js';
import { atPaths } from './option-table.js';

const DEFAULT_PORT = 8443;

const tunnel = z.strictObject({
  services: z.array(z.string()).optional(),
  description: z.string().optional(),
  thingName: z.string().optional(),
  maxLifetimeMinutes: z.number().optional(),
  sourceAccessToken: z.string().optional(),
  destinationAccessToken: z.string().optional(),
});

/** The contents of the configuration file of `serve`: the options of the service, and those of the command. */
const serveSchema = serviceOptionsSchema.extend({
  port: z.number().int().min(0).max(65_535).default(DEFAULT_PORT),
  /** Services of a tunnel that is opened at the start. */
  open: z.array(z.string()).optional(),
  /** Tunnels that are opened at the start. Their tokens may be given. */
  tunnels: z.array(tunnel).default([]),
  readyFile: z.string().min(1).optional(),
  logLevel: z.enum(['silent', 'error', 'warn', 'info', 'debug', 'trace']).default('warn'),
});

export type ServeConfig = z.output<typeof serveSchema>;

/**
 * Reads the configuration file, if one is given. It is YAML or JSON. The flags override it.
 * @throws {UsageError}; its message names the option, or the file and the place in it.
 */
export function loadConfig(path: string | undefined, flags: Readonly<Record<string, unknown>>): ServeConfig {
  const file = path === undefined ? {} : readFile(path);
  const merged: Record<string, unknown> = { ...file };
  for (const [name, value] of Object.entries(atPaths(flags))) {
    const below = merged[name];
    const bothTrees = name === 'limits' && typeof below === 'object' && below !== null;
    merged[name] = bothTrees ? { ...below, ...(value as object) } : value;
  }
  const parsed = serveSchema.safeParse(merged);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue!.path.join('.');
  const source = path === undefined ? '' : ` (--config '${path}' or the command line)`;
  throw new UsageError(`option '${at || 'of the file'}' is not valid${source}: ${issue!.message}`);
}

function readFile(path: string): Record<string, unknown> {
  const text = readOptionFile('--config', path);
  const isJson = extname(path) === '.json';
  let content: unknown;
  try {
    content = isJson ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    const what = `is not ${isJson ? 'JSON' : 'YAML'}: ${reasonOf(error)}; correct the file`;
    throw new UsageError(`--config '${path}' ${what}`);
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return content as Record<string, unknown>;
  }
  throw new UsageError(`--config '${path}' holds no options; write 'name: value' lines`);
}
