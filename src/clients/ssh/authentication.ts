import { createHash, timingSafeEqual } from 'node:crypto';
import ssh2, { type AuthContext, type ParsedKey } from 'ssh2';

/** Who may log in. */
export interface Credentials {
  readonly username: string;
  /** Public keys, one line each as in `authorized_keys`. */
  readonly authorizedKeys: readonly string[];
  readonly password?: string | undefined;
}

/**
 * Makes the function that checks a login.
 * @throws {Error} if a public key does not parse, or neither key nor password is given.
 */
export function authenticator(credentials: Credentials): (context: AuthContext) => void {
  const keys = credentials.authorizedKeys.map(parseKey);
  if (keys.length === 0 && !credentials.password) {
    throw new Error('the SSH server has neither an authorized key nor a password; give at least one');
  }
  const methods = [
    ...(keys.length > 0 ? ['publickey' as const] : []),
    ...(credentials.password ? ['password' as const] : []),
  ];
  return (context) => {
    const known = isSame(context.username, credentials.username);
    if (context.method === 'publickey') {
      const { key, blob, signature, hashAlgo } = context;
      const match = keys.find((each) => isSame(each.getPublicSSH(), key.data));
      // Without a signature, the client only asks whether the key would be accepted.
      const proven =
        signature === undefined || (blob !== undefined && match?.verify(blob, signature, hashAlgo) === true);
      if (known && match !== undefined && proven) return context.accept();
    } else if (context.method === 'password' && credentials.password) {
      if (isSame(context.password, credentials.password) && known) return context.accept();
    }
    context.reject(methods);
  };
}

function parseKey(line: string): ParsedKey {
  const key = ssh2.utils.parseKey(line);
  if (key instanceof Error) throw new Error(`an authorized key does not parse: ${key.message}`);
  return key;
}

/** Compares in constant time, also if the lengths differ. */
function isSame(a: string | Buffer, b: string | Buffer): boolean {
  const digest = (value: string | Buffer): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(a), digest(b));
}
