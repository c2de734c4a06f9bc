import { type Cipher, createCipheriv } from 'node:crypto';
import type { RandomSource } from '../kit/index.js';

/** No token begins with a dash, which a command line would take for an option; real ones begin with a letter too. */
const PREFIX = 'A';
const NUMBER_DIGITS = 7;
const NUMBERED = /^A([0-9a-z]{7})/;
/** 384 bytes and the number make 520 characters: real tokens have 400–900 (H5), and a handshake must still fit 4096 bytes. */
const SECRET_BYTES = 384;
const CIPHER_BLOCK_BYTES = 16;
/** Secrets are drawn many at once: a call into the cipher costs more than the bytes of a token. */
const DRAWN_AT_ONCE = 64;

export interface MintedToken {
  readonly number: number;
  /** Base64's URL-safe alphabet, so that header, cookie and query carry it unquoted. */
  readonly text: string;
}

/**
 * Makes access tokens. Each holds its number and a secret, which is a piece of a cipher's key stream at that number: a token
 * can be made again when somebody presents it, so that none needs to be kept for as long as its tunnel lives.
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

  /** The key stream from where the token with this number has its secret. */
  #cipherAt(number: number): Cipher {
    const counter = Buffer.alloc(CIPHER_BLOCK_BYTES);
    counter.writeBigUInt64BE(BigInt(number) * BigInt(SECRET_BYTES / CIPHER_BLOCK_BYTES), 8);
    return createCipheriv('aes-256-ctr', this.#key, counter);
  }
}

/** The number a token claims to have; undefined for what was not minted. */
export function numberOf(token: string): number | undefined {
  const digits = NUMBERED.exec(token)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 36);
}

function tokenText(number: number, secret: string): string {
  return PREFIX + number.toString(36).padStart(NUMBER_DIGITS, '0') + secret;
}
