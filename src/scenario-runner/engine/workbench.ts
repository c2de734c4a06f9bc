import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Authority, openAuthority } from '../../mock-service/certificates/index.js';
import { type ClientAdapter, endLeftovers } from '../adapters/index.js';
import { FrontDoor } from '../trial/index.js';

/** What the scenarios of one run share: the CA that clients are told to trust. */
export interface Workbench {
  readonly authority: Authority;
  readonly caPath: string;
  /** The CA as a hashed directory, which some clients want instead of a file. */
  readonly caDir: string;
  /** The one port of a run whose client somebody else starts. */
  readonly door: FrontDoor | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a CA in a folder of its own, gone when the run is over.
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

/** OpenSSL's name for the certificate in a directory; undefined where the program is not installed. */
async function subjectHash(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('openssl', ['x509', '-hash', '-noout', '-in', path]);
    return stdout.trim();
  } catch {
    return undefined;
  }
}
