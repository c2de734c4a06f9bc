import { type Cipher, createCipheriv, createHash, randomBytes } from 'node:crypto';

/** What random bytes are drawn for. Each has a sequence of its own, so that one more handshake moves no token. */
export type RandomPurpose = 'tunnel-id' | 'access-token' | 'channel-id' | 'request-id';

/** Where ids and tokens come from. */
export interface RandomSource {
  bytes(purpose: RandomPurpose, count: number): Buffer;
  /** The next `count` bytes in base64's URL-safe alphabet. */
  base64url(purpose: RandomPurpose, count: number): string;
}

/** Unpredictable: the default. */
export function cryptoRandom(): RandomSource {
  return {
    bytes: (_purpose, count) => randomBytes(count),
    base64url: (_purpose, count) => randomBytes(count).toString('base64url'),
  };
}

/** The same seed gives the same ids and tokens, run after run. Not for anything that must stay secret. */
export function seededRandom(seed: string | number): RandomSource {
  const streams = new Map<RandomPurpose, KeyStream>();
  const streamOf = (purpose: RandomPurpose): KeyStream => {
    const known = streams.get(purpose);
    if (known !== undefined) return known;
    const stream = new KeyStream(createHash('sha256').update(`${seed}\0${purpose}`).digest());
    streams.set(purpose, stream);
    return stream;
  };
  return {
    bytes: (purpose, count) => streamOf(purpose).take(count),
    base64url: (purpose, count) => streamOf(purpose).takeText(count),
  };
}

const BLOCK_BYTES = 32_768;

/** A cipher's key stream, drawn in blocks: a call into the cipher costs more than the bytes of a token. */
class KeyStream {
  readonly #cipher: Cipher;
  #block = Buffer.alloc(0);
  #at = 0;

  constructor(key: Buffer) {
    this.#cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  }

  take(count: number): Buffer {
    const from = this.#advance(count);
    return this.#block.subarray(from, from + count);
  }

  takeText(count: number): string {
    const from = this.#advance(count);
    return this.#block.toString('base64url', from, from + count);
  }

  /** Returns where in the block the next bytes are. */
  #advance(count: number): number {
    if (this.#at + count > this.#block.length) {
      const fresh = this.#cipher.update(Buffer.alloc(Math.max(BLOCK_BYTES, count)));
      this.#block = Buffer.concat([this.#block.subarray(this.#at), fresh]);
      this.#at = 0;
    }
    this.#at += count;
    return this.#at - count;
  }
}

/** 390 bytes make 520 characters: real tokens have 400–900 (H5), and a handshake must still fit 4096 bytes. */
const ACCESS_TOKEN_BYTES = 390;

/**
 * An access token: base64 in its URL-safe alphabet, so that header, cookie and query carry it unquoted. It never begins
 * with a dash, which a command line would take for an option.
 */
export function newAccessToken(random: RandomSource): string {
  const token = random.base64url('access-token', ACCESS_TOKEN_BYTES);
  return token.startsWith('-') ? `A${token.slice(1)}` : token;
}

/** Where the two digits of each byte go in a UUID, between its hyphens. */
const UUID_PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const HEX_DIGITS = Buffer.from('0123456789abcdef');
/** Filled anew for each: no call runs within another. */
const uuidText = Buffer.alloc(36, '-');

/** A version 4 UUID, the shape of real tunnel ids. */
export function newUuid(random: RandomSource, purpose: RandomPurpose): string {
  const bytes = random.bytes(purpose, 16);
  for (let i = 0; i < 16; i++) {
    const place = UUID_PLACES[i]!;
    uuidText[place] = HEX_DIGITS[bytes[i]! >> 4]!;
    uuidText[place + 1] = HEX_DIGITS[bytes[i]! & 0x0f]!;
  }
  uuidText[UUID_PLACES[6]!] = 0x34; // '4': the version
  uuidText[UUID_PLACES[8]!] = HEX_DIGITS[8 | ((bytes[8]! >> 4) & 3)]!; // the variant
  return uuidText.toString('latin1');
}
