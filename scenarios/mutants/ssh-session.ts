import { createHash, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Side } from '../../src/protocol/index.js';
import { openPath, type SshServer } from '../ssh/index.js';
import { login } from '../ssh/ssh2-cases.js';
import { MutantAdapter } from './adapter.js';
import { CONTROL } from './matrix.js';
import type { Mutant } from './mutant.js';

const FILE_BYTES = 40_000;

export interface SessionOptions {
  readonly server: SshServer;
  /** For the service's certificates. */
  readonly stateDir: string;
  /** A free port for the source. */
  readonly port: number;
  readonly boundMs: number;
}

/**
 * Puts a mutant into one end of a tunnel, the good client into the other, and runs a command and a small transfer over
 * SSH through both and the mock service.
 * @returns undefined where all of it worked, else what went wrong.
 */
export async function sshSessionThrough(
  mutant: Mutant,
  role: Side,
  { server, stateDir, port, boundMs }: SessionOptions,
): Promise<string | undefined> {
  const version = mutant.versions?.[0] ?? 'V3';
  const good = new MutantAdapter(CONTROL, version);
  const bad = new MutantAdapter(mutant, version);
  const sides = role === 'source' ? { source: bad, destination: good } : { source: good, destination: bad };
  const end = new AbortController();
  const late = new Promise<string>((resolve) => {
    const timer = setTimeout(() => resolve(`did not end within ${boundMs} ms`), boundMs);
    end.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const run = async (): Promise<string | undefined> => {
    const listen = { host: '127.0.0.1', port };
    await using path = await openPath({ ...sides, version, server, stateDir, listen, connectMs: boundMs });
    const session = converse(path);
    return await Promise.race([session, late]);
  };
  try {
    return await run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    end.abort();
  }
}

async function converse(path: Awaited<ReturnType<typeof openPath>>): Promise<string | undefined> {
  const client = await login(path);
  try {
    const bytes = randomBytes(FILE_BYTES).toString('hex');
    const answer = await new Promise<string>((resolve, reject) => {
      client.once('close', () => reject(new Error('the connection was closed')));
      client.exec('cat', (error, channel) => {
        if (error !== undefined) return reject(error);
        text(channel).then(resolve, reject);
        channel.end(bytes);
      });
    });
    return digest(answer) === digest(bytes) ? undefined : 'the transfer came back changed';
  } finally {
    client.destroy();
  }
}

function digest(of: string): string {
  return createHash('sha256').update(of).digest('hex');
}
