import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type CertificateFault, faultyLeaf } from './faults.js';
import { issueLeaf, type KeyAndCertificate } from './issue.js';
import { keptAuthority } from './kept-authority.js';
import { type Certificates, cached } from './leaves.js';
import { isPermitted } from './name-constraints.js';

const IN_EVERY_LEAF: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

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
 * @throws {Error} for a folder that cannot be used.
 */
export async function openAuthority(dir: string, names: readonly string[] = []): Promise<Authority> {
  const wanted = names
    .map((name) => name.toLowerCase())
    .filter((name) => !IN_EVERY_LEAF.has(name) && !isPermitted(name, []));
  const { certificatePem, issuer, names: own, renewedBecause } = await keptAuthority(dir, wanted);
  const chained = (leaf: KeyAndCertificate): KeyAndCertificate => ({
    ...leaf,
    certificatePem: leaf.certificatePem + certificatePem,
  });
  return {
    stateDir: dir,
    renewedBecause,
    caPath: join(dir, 'ca.pem'),
    caPem: certificatePem,
    ...cached(own, async (name) => chained(await issueLeaf(issuer, name, { own }))),
    faulty: (fault) => cached(own, (name) => faultyLeaf(fault, issuer, name)),
  };
}
