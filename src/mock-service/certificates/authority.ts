import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type CertificateFault, faultyLeaf } from './faults.js';
import { issueLeaf, type KeyAndCertificate } from './issue.js';
import { keptAuthority } from './kept-authority.js';
import { type Certificates, cached } from './leaves.js';
import { isPermitted } from './name-constraints.js';

const IN_EVERY_LEAF: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

/** The default folder of the CA. The CA is made once and kept, so a user has to trust it only once. */
export function defaultStateDir(): string {
  const { XDG_STATE_HOME = '' } = process.env;
  // The XDG Base Directory Specification says to ignore an empty or relative value. A key must not land in the working
  // directory.
  const base = isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(home(), '.local', 'state');
  return join(base, 'tunnel-testbed');
}

/** If HOME is empty, `homedir` is empty too. Then the user's entry in the system's user list is used. */
function home(): string {
  return isAbsolute(homedir()) ? homedir() : userInfo().homedir;
}

/** The mock's own certificate authority: clients trust its certificate, and each server name gets a leaf from it. */
export interface Authority extends Certificates {
  /** Why the kept CA was replaced by a new one, which clients then have to trust. Undefined if it was not replaced. */
  readonly renewedBecause: string | undefined;
  /** The folder in which the CA is kept. */
  readonly stateDir: string;
  /** File that holds the CA's certificate in PEM. */
  readonly caPath: string;
  readonly caPem: string;
  /** Certificates with a fault. A client that trusts this authority must refuse them. */
  faulty(fault: CertificateFault): Certificates;
}

/**
 * Opens the CA kept in `dir` (`ca.pem`, `ca-key.pem`), or makes it if there is none.
 * @param names host names and addresses that the CA has to vouch for, besides this machine and the names of AWS. If the
 * kept CA may not vouch for them, it is replaced by a new one, for these names and for those of the old one.
 * @throws {Error} if the folder cannot be used.
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
