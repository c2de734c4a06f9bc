import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Authority, openAuthority } from '../../mock-service/certificates/authority.js';

/** What the scenarios of one run share: the CA that clients are told to trust. */
export interface Workbench {
  readonly authority: Authority;
  readonly caPath: string;
  /** The CA as a hashed directory, which some clients want instead of a file. */
  readonly caDir: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes a CA in a folder of its own, gone when the run is over. */
export async function openWorkbench(): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'tunnel-testbed-verify-'));
  const authority = await openAuthority(folder);
  const caDir = join(folder, 'hashed');
  await mkdir(caDir);
  await copyFile(authority.caPath, join(caDir, 'ca.pem'));
  const hash = await subjectHash(authority.caPath);
  if (hash !== undefined) await copyFile(authority.caPath, join(caDir, `${hash}.0`));
  return {
    authority,
    caPath: authority.caPath,
    caDir,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
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
