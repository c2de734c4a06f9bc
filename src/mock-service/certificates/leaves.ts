import { createSecureContext, type SecureContext } from 'node:tls';
import type { KeyAndCertificate } from './issue.js';
import { isPermitted } from './name-constraints.js';

/** Leaves kept at once. A client may name any server, so the cache must not grow with what it sends. */
const MAX_CACHED_LEAVES = 256;

/** What a TLS server shows of itself, by the name that it is called. */
export interface Certificates {
  /** Key and chain for a server name, in PEM. Issued the first time a name is asked for. */
  leaf(serverName: string): Promise<KeyAndCertificate>;
  /** The same as a TLS context, for SNI. */
  secureContext(serverName: string): Promise<SecureContext>;
}

interface Leaf {
  readonly pems: KeyAndCertificate;
  readonly context: SecureContext;
}

/**
 * Certificates that are issued once for each name, and forgotten when there are many.
 * @param own names and addresses that are vouched for beside this machine and AWS's.
 */
export function cached(
  own: readonly string[],
  issue: (name: string) => Promise<KeyAndCertificate>,
): Certificates {
  const leaves = new Map<string, Promise<Leaf>>();
  const leafFor = (serverName: string): Promise<Leaf> => {
    // For a name that it may not vouch for the authority has what it has for this machine; the client will refuse that.
    const name = isPermitted(serverName.toLowerCase(), own) ? serverName.toLowerCase() : 'localhost';
    const known = leaves.get(name);
    if (known !== undefined) return known;
    const oldest = leaves.keys().next();
    if (leaves.size >= MAX_CACHED_LEAVES && oldest.done !== true) leaves.delete(oldest.value);
    const made = issue(name).then(
      (pems): Leaf => ({
        pems,
        context: createSecureContext({ key: pems.keyPem, cert: pems.certificatePem }),
      }),
    );
    leaves.set(name, made);
    return made;
  };
  return {
    leaf: async (serverName) => (await leafFor(serverName)).pems,
    secureContext: async (serverName) => (await leafFor(serverName)).context,
  };
}
