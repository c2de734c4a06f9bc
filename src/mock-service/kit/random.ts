import { type Cipher, createCipheriv, createHash, randomBytes } from 'node:crypto';

/** What random bytes are drawn for. Each has a sequence of its own, so that one more handshake moves no id. */
export type RandomPurpose = 'tunnel-id' | 'access-token' | 'channel-id' | 'request-id';

/** Where ids and tokens come from. */
export interface RandomSource {
  bytes(purpose: RandomPurpose, count: number): Buffer;
}

/** Unpredictable: the default. */
export function cryptoRandom(): RandomSource {
  return { bytes: (_purpose, count) => randomBytes(count) };
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
  return { bytes: (purpose, count) => streamOf(purpose).take(count) };
}

const BLOCK_BYTES = 8192;

/** A cipher's key stream, drawn in blocks: a call into the cipher costs more than the bytes of a token. */
class KeyStream {
  readonly #cipher: Cipher;
  #block = Buffer.alloc(0);
  #at = 0;

  constructor(key: Buffer) {
    this.#cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  }

  take(count: number): Buffer {
    if (this.#at + count > this.#block.length) {
      const fresh = this.#cipher.update(Buffer.alloc(Math.max(BLOCK_BYTES, count)));
      this.#block = Buffer.concat([this.#block.subarray(this.#at), fresh]);
      this.#at = 0;
    }
    this.#at += count;
    return this.#block.subarray(this.#at - count, this.#at);
  }
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
