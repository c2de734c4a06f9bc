import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type CertificateFault, faultyLeaf } from './faults.js';
import {
  issueAuthority,
  issueLeaf,
  type KeyAndCertificate,
  namesOf,
  reasonToRenew,
  restoreAuthority,
} from './issue.js';
import { type Certificates, cached } from './leaves.js';
import { isPermitted } from './name-constraints.js';

const IN_EVERY_LEAF: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);
/** Names and addresses that a CA vouches for beside this machine and AWS: the newest count. */
const MAX_NAMES = 200;

/** Where the CA is kept unless told otherwise: made once, so that it need be trusted only once. */
export function defaultStateDir(): string {
  const { XDG_STATE_HOME = '' } = process.env;
  // An empty or relative value is none (XDG Base Directory Specification): a key must not land in the working directory.
  const base = isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(home(), '.local', 'state');
  return join(base, 'tunnel-testbed');
}

/** With HOME empty, `homedir` is empty too; the user's entry in the system's list is not. */
function home(): string {
  return isAbsolute(homedir()) ? homedir() : userInfo().homedir;
}

/** The mock's own certificate authority: clients trust its certificate, and each server name gets a leaf from it. */
export interface Authority extends Certificates {
  /** Why the one that was kept gave way to a new one, which clients have to be told to trust; undefined if it did not. */
  readonly renewedBecause: string | undefined;
  /** The folder it is kept in. */
  readonly stateDir: string;
  /** File that holds the CA's certificate in PEM. */
  readonly caPath: string;
  readonly caPem: string;
  /** Certificates that no client may trust that trusts this authority. */
  faulty(fault: CertificateFault): Certificates;
}

/**
 * Opens the CA kept in `dir` (`ca.pem`, `ca-key.pem`), and makes it where there is none.
 * @param names host names and addresses that it has to vouch for, beside this machine and the names of AWS. A CA that may
 * not is made anew, for these and for those it had.
 */
export async function openAuthority(dir: string, names: readonly string[] = []): Promise<Authority> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const wanted = names
    .map((name) => name.toLowerCase())
    .filter((name) => !IN_EVERY_LEAF.has(name) && !isPermitted(name, []));
  let ca = await load(dir);
  const reason = ca === undefined ? undefined : reasonToRenew(ca, wanted);
  const had = ca === undefined ? [] : namesOf(ca);
  if (reason !== undefined) await rm(join(dir, 'ca-key.pem'), { force: true });
  if (ca === undefined || reason !== undefined) {
    await create(dir, [...new Set([...had, ...wanted])].slice(-MAX_NAMES));
    ca = await load(dir);
  }
  if (ca === undefined)
    throw new Error(`The CA just made in ${dir} is gone; is something clearing that folder?`);
  const { certificatePem } = ca;
  const issuer = await restoreAuthority(ca);
  const own = namesOf(ca);
  const chained = (leaf: KeyAndCertificate): KeyAndCertificate => ({
    ...leaf,
    certificatePem: leaf.certificatePem + certificatePem,
  });
  return {
    stateDir: dir,
    renewedBecause: reason,
    caPath: join(dir, 'ca.pem'),
    caPem: certificatePem,
    ...cached(own, async (name) => chained(await issueLeaf(issuer, name, { own }))),
    faulty: (fault) => cached(own, (name) => faultyLeaf(fault, issuer, name)),
  };
}

/** The key file holds both halves and is the one that counts; `ca.pem` is its public copy. */
async function load(dir: string): Promise<KeyAndCertificate | undefined> {
  const bundle = await readIfThere(join(dir, 'ca-key.pem'));
  if (bundle === undefined) return undefined;
  const end = bundle.indexOf('-----BEGIN CERTIFICATE-----');
  if (end < 0)
    throw new Error(`${join(dir, 'ca-key.pem')} is not a CA of ours; remove it to have a new one made`);
  const certificatePem = bundle.slice(end);
  const path = join(dir, 'ca.pem');
  if ((await readIfThere(path)) !== certificatePem) {
    const temporary = await writeTemporary(path, certificatePem, 0o644);
    await rename(temporary, path);
  }
  return { keyPem: bundle.slice(0, end), certificatePem };
}

/** Makes a CA unless another process was first: then that one's counts. */
async function create(dir: string, names: readonly string[]): Promise<void> {
  const ca = await issueAuthority(names);
  const path = join(dir, 'ca-key.pem');
  const temporary = await writeTemporary(path, ca.keyPem + ca.certificatePem, 0o600);
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(temporary);
  }
}

async function writeTemporary(path: string, content: string, mode: number): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, content, { mode });
  await chmod(temporary, mode);
  return temporary;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
