import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** An ed25519 key in the forms that OpenSSH reads. */
export interface SshKey {
  /** PEM for an identity file or a host key file. */
  readonly privateKey: string;
  /** One line, as in `authorized_keys`, and after a host name in `known_hosts`. */
  readonly publicKey: string;
}

const KEY_TYPE = 'ssh-ed25519';
/** The private part is padded to this size: the block size of the cipher `none` (OpenSSH PROTOCOL.key). */
const BLOCK_BYTES = 8;
const PEM_LINE = /.{1,70}/g;

/**
 * Makes an ed25519 key. ssh2's own generator is not used: about one in three hundred of its keys does not parse.
 * The format is OpenSSH's PROTOCOL.key.
 */
export function generateSshKey(comment: string): SshKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d, x } = privateKey.export({ format: 'jwk' });
  const seed = Buffer.from(d!, 'base64url');
  const point = Buffer.from(x!, 'base64url');
  const publicBlob = Buffer.concat([text(KEY_TYPE), text(point)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, publicBlob, text(Buffer.concat([seed, point])), text(comment)]);
  const padding = Array.from({ length: -secret.length & (BLOCK_BYTES - 1) }, (_, i) => i + 1);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    text('none'),
    text('none'),
    text(''),
    uint32(1),
    text(publicBlob),
    text(Buffer.concat([secret, Buffer.from(padding)])),
  ]);
  const lines = file.toString('base64').match(PEM_LINE)!.join('\n');
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicKey: `${KEY_TYPE} ${publicBlob.toString('base64')} ${comment}`,
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A length and the bytes: the `string` of RFC 4251. */
function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}
