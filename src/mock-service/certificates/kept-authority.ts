import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withFolderLock } from './folder-lock.js';
import {
  type Issuer,
  issueAuthority,
  type KeyAndCertificate,
  namesOf,
  type Renewal,
  reasonToRenew,
  restoreAuthority,
} from './issue.js';

/** A CA vouches for at most this many names and addresses besides this machine and AWS. The newest are kept. */
const MAX_NAMES = 200;

/** The CA of a folder. */
export interface KeptAuthority {
  readonly certificatePem: string;
  readonly issuer: Issuer;
  /** The names that the CA vouches for besides this machine and AWS. */
  readonly names: readonly string[];
  readonly renewedBecause: string | undefined;
}

/**
 * Loads the CA of a folder. If there is none, or it has to be replaced to vouch for `wanted`, a new CA is made. If
 * several processes start at once, one of them makes the CA and the others use it.
 * @throws {Error} if the folder cannot be used.
 */
export async function keptAuthority(dir: string, wanted: readonly string[]): Promise<KeptAuthority> {
  try {
    await makeFolder(dir);
    const kept = await load(dir);
    if (kept !== undefined && reasonToRenew(kept, wanted) === undefined) return await restored(kept);
    return await withFolderLock(dir, () => renewed(dir, wanted));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The CA's folder '${dir}' cannot be used: ${reason}; correct that, or give another stateDir`,
    );
  }
}

/**
 * Replaces or makes the CA, under the lock. It loads the CA again, because another process may have replaced it
 * meanwhile.
 */
async function renewed(dir: string, wanted: readonly string[]): Promise<KeptAuthority> {
  const had = await load(dir);
  const renewal = had === undefined ? undefined : reasonToRenew(had, wanted);
  if (had !== undefined && renewal === undefined) return restored(had);
  const names = [...new Set([...(had === undefined ? [] : namesOf(had)), ...wanted])].slice(-MAX_NAMES);
  // If the key is kept, clients go on trusting the certificates that other processes show.
  await write(dir, await issueAuthority(names, renewal?.keepsKey === true ? had : undefined));
  return restored((await load(dir))!, renewal);
}

async function restored(kept: KeyAndCertificate, renewal?: Renewal): Promise<KeptAuthority> {
  return {
    certificatePem: kept.certificatePem,
    issuer: await restoreAuthority(kept),
    names: namesOf(kept),
    renewedBecause: renewal?.reason,
  };
}

/** The key file holds the key and the certificate, and is authoritative. `ca.pem` is a copy of the certificate. */
async function load(dir: string): Promise<KeyAndCertificate | undefined> {
  const path = join(dir, 'ca-key.pem');
  const bundle = await readIfThere(path);
  if (bundle === undefined) return undefined;
  const end = bundle.indexOf('-----BEGIN CERTIFICATE-----');
  const certificatePem = bundle.slice(end);
  const kept = { keyPem: bundle.slice(0, end), certificatePem };
  try {
    await restoreAuthority(kept);
  } catch {
    throw new Error(`${path} holds no CA of tunnel-testbed; remove it and a new one is made`);
  }
  const copy = join(dir, 'ca.pem');
  if ((await readIfThere(copy)) !== certificatePem) await replace(copy, certificatePem, 0o644);
  return kept;
}

function write(dir: string, { keyPem, certificatePem }: KeyAndCertificate): Promise<void> {
  return replace(join(dir, 'ca-key.pem'), keyPem + certificatePem, 0o600);
}

/** Replaces a file atomically: a reader gets either the old content or the new content. */
async function replace(path: string, content: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, content, { mode });
  await chmod(temporary, mode);
  await rename(temporary, path);
}

/**
 * Makes a folder and its parents. Node's recursive `mkdir` is not used: it never ends if a folder cannot be made although
 * its parent exists, as in /proc.
 */
async function makeFolder(dir: string): Promise<void> {
  if (await made(dir)) return;
  if (dirname(dir) !== dir) await makeFolder(dirname(dir));
  if (!(await made(dir))) throw new Error('it cannot be made (ENOENT)');
}

/** Makes one folder. Returns false if its parent is missing. */
async function made(dir: string): Promise<boolean> {
  try {
    await mkdir(dir, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code === 'EEXIST') return true;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
