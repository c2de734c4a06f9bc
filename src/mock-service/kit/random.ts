import { type Cipher, createCipheriv, createHash, randomBytes } from 'node:crypto';

/**
 * What random bytes are used for. Each purpose has its own sequence, so an extra handshake does not change later tunnel
 * ids.
 */
export type RandomPurpose = 'tunnel-id' | 'access-token' | 'channel-id' | 'request-id';

/** The source of the random bytes for ids and tokens. */
export interface RandomSource {
  bytes(purpose: RandomPurpose, count: number): Buffer;
}

/** Unpredictable random bytes. This is the default. */
export function cryptoRandom(): RandomSource {
  return { bytes: (_purpose, count) => randomBytes(count) };
}

/** Random bytes from a seed: the same seed gives the same ids and tokens in each run. Do not use it for secrets. */
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

/** A cipher's key stream. It is produced in blocks, because each call of the cipher is costly. */
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

/** The position of each byte's two digits in the text of a UUID. */
const UUID_PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const HEX_DIGITS = Buffer.from('0123456789abcdef');
/** One buffer for all UUIDs. This is safe because calls of `newUuid` never overlap. */
const uuidText = Buffer.alloc(36, '-');

/** A version 4 UUID. Real tunnel ids have this shape. */
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
