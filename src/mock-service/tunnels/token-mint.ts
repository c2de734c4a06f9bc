import { type Cipher, createCipheriv } from 'node:crypto';
import type { RandomSource } from '../kit/index.js';

/** The first character of every token. It is not a dash, because a command line would take that for an option. */
const PREFIX = 'A';
const NUMBER_DIGITS = 7;
const NUMBERED = /^A([0-9a-z]{7})/;
/**
 * 384 bytes in base64, the prefix and the number make 520 characters. Real tokens have 400–900, and a handshake must
 * fit in 4096 bytes (H5).
 */
const SECRET_BYTES = 384;
const CIPHER_BLOCK_BYTES = 16;
/** Many secrets are made at once, because each call of the cipher is costly. */
const DRAWN_AT_ONCE = 64;

export interface MintedToken {
  readonly number: number;
  /** In base64url, so that it needs no quoting in a header, cookie or query. */
  readonly text: string;
}

/**
 * Makes access tokens. Each holds its number and a secret. The secret is a piece of a cipher's key stream, and the number
 * is its position. So a token can be made again to compare it with a presented one, and no token has to be stored.
 */
export class TokenMint {
  readonly #key: Buffer;
  readonly #cipher: Cipher;
  #secrets = Buffer.alloc(0);
  #at = 0;
  #minted = 0;

  constructor(random: RandomSource) {
    this.#key = Buffer.from(random.bytes('access-token', 32));
    this.#cipher = this.#cipherAt(0);
  }

  mint(): MintedToken {
    if (this.#at === this.#secrets.length) {
      this.#secrets = this.#cipher.update(Buffer.alloc(SECRET_BYTES * DRAWN_AT_ONCE));
      this.#at = 0;
    }
    const number = this.#minted++;
    const secret = this.#secrets.toString('base64url', this.#at, this.#at + SECRET_BYTES);
    this.#at += SECRET_BYTES;
    return { number, text: tokenText(number, secret) };
  }

  /** The text of the token that has this number. */
  textOf(number: number): string {
    const secret = this.#cipherAt(number).update(Buffer.alloc(SECRET_BYTES));
    return tokenText(number, secret.toString('base64url'));
  }

  /** A key stream that begins with the secret of the token with this number. */
  #cipherAt(number: number): Cipher {
    const counter = Buffer.alloc(CIPHER_BLOCK_BYTES);
    counter.writeBigUInt64BE(BigInt(number) * BigInt(SECRET_BYTES / CIPHER_BLOCK_BYTES), 8);
    return createCipheriv('aes-256-ctr', this.#key, counter);
  }
}

/** The number that a token claims to have. Undefined if the text does not have the form of a minted token. */
export function numberOf(token: string): number | undefined {
  const digits = NUMBERED.exec(token)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 36);
}

function tokenText(number: number, secret: string): string {
  return PREFIX + number.toString(36).padStart(NUMBER_DIGITS, '0') + secret;
}
