import { createSecureContext, type SecureContext } from 'node:tls';
import type { KeyAndCertificate } from './issue.js';
import { isPermitted } from './name-constraints.js';

/** The largest number of leaves that are kept. A client may ask for any server name, so the cache needs a limit. */
const MAX_CACHED_LEAVES = 256;

/** The certificates that a TLS server shows, by server name. */
export interface Certificates {
  /** Key and chain for a server name, in PEM. They are issued the first time that somebody asks for the name. */
  leaf(serverName: string): Promise<KeyAndCertificate>;
  /** The same as a TLS context, for the SNI callback. */
  secureContext(serverName: string): Promise<SecureContext>;
}

interface Leaf {
  readonly pems: KeyAndCertificate;
  readonly context: SecureContext;
}

/**
 * Certificates that are issued once for each name. When there are too many, the oldest is forgotten.
 * @param own names and addresses that the authority vouches for, besides this machine and the names of AWS.
 */
export function cached(
  own: readonly string[],
  issue: (name: string) => Promise<KeyAndCertificate>,
): Certificates {
  const leaves = new Map<string, Promise<Leaf>>();
  const leafFor = (serverName: string): Promise<Leaf> => {
    // For a name that the authority may not vouch for, it shows the leaf for `localhost`. The client will refuse that.
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
