import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { defaultStateDir } from '../../mock-service/index.js';
import { UsageError } from '../errors.js';
import { writeCaBundle } from './ca-bundle.js';
import type { ServiceLocation } from './variables.js';

export interface LocationFlags {
  readonly endpoint?: string;
  readonly ca?: string;
  readonly stateDir?: string;
  readonly readyFile?: string;
  readonly region: string;
}

/** The part of a ready file that is needed to find the service. */
const readySchema = z.object({ endpoint: z.string(), caPath: z.string() });
const ENDPOINT = /^(\[[\da-f:.]+\]|[a-z\d.-]+):\d{1,5}$/i;

export function addLocationOptions(command: Command): Command {
  return command
    .option('-e, --endpoint <host:port>', 'address of the service (default: localhost:8443)')
    .option('-c, --ca <file>', 'CA certificate of the service (default: ca.pem in the state folder)')
    .option('--state-dir <folder>', 'folder in which the service keeps its CA')
    .option('--ready-file <file>', 'read address and CA from a file that serve --ready-file has written')
    .option('-r, --region <region>', 'region for the AWS programs', 'us-east-1');
}

/** Finds the service that the flags name. @throws {UsageError}; its message names the wrong option or file. */
export function locate(flags: LocationFlags): ServiceLocation {
  const ready = flags.readyFile === undefined ? undefined : readReady(flags.readyFile);
  const endpoint = flags.endpoint ?? ready?.endpoint ?? 'localhost:8443';
  if (!ENDPOINT.test(endpoint)) {
    throw new UsageError(`--endpoint '${endpoint}' is not valid; write host:port, as in localhost:8443`);
  }
  const caPath = flags.ca ?? ready?.caPath ?? join(flags.stateDir ?? defaultStateDir(), 'ca.pem');
  return { endpoint, region: flags.region, caPath, bundlePath: writeCaBundle(caPath) };
}

function readReady(path: string): z.infer<typeof readySchema> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError(`--ready-file '${path}' cannot be read as JSON; check that the service runs`);
  }
  const parsed = readySchema.safeParse(content);
  if (!parsed.success) throw new UsageError(`--ready-file '${path}' is not a file that serve has written`);
  return parsed.data;
}
