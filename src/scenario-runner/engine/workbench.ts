import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Authority, openAuthority } from '../../mock-service/certificates/index.js';
import { type ClientAdapter, endLeftovers } from '../adapters/index.js';
import { FrontDoor } from '../trial/index.js';

/** What the scenarios of one run share: mainly the CA that clients must trust. */
export interface Workbench {
  readonly authority: Authority;
  readonly caPath: string;
  /** The CA as a hashed directory. Some clients need it instead of a file. */
  readonly caDir: string;
  /** The only port of a run if somebody else starts the client. */
  readonly door: FrontDoor | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a CA in a temporary folder, which is removed at the end of the run.
 * @throws {NodeJS.ErrnoException} EADDRINUSE … where the address for a client that somebody else starts is not free.
 */
export async function openWorkbench(adapter?: ClientAdapter): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'tunnel-testbed-verify-'));
  const authority = await openAuthority(folder);
  const caDir = join(folder, 'hashed');
  await mkdir(caDir);
  await copyFile(authority.caPath, join(caDir, 'ca.pem'));
  const hash = await subjectHash(authority.caPath);
  if (hash !== undefined) await copyFile(authority.caPath, join(caDir, `${hash}.0`));
  const remove = () => rm(folder, { recursive: true, force: true });
  const address = adapter?.standing?.service;
  let door: FrontDoor | undefined;
  try {
    door = address === undefined ? undefined : await FrontDoor.open(address, authority);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    authority,
    caPath: authority.caPath,
    caDir,
    door,
    async [Symbol.asyncDispose]() {
      endLeftovers();
      await door?.[Symbol.asyncDispose]();
      await remove();
    },
  };
}

/** The name of the certificate in a hashed directory. Undefined if OpenSSL is not installed. */
async function subjectHash(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('openssl', ['x509', '-hash', '-noout', '-in', path]);
    return stdout.trim();
  } catch {
    return undefined;
  }
}
