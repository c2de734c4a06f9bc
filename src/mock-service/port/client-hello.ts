const HANDSHAKE_RECORD = 0x16;
const CLIENT_HELLO = 1;
const ALPN_EXTENSION = 16;
const RECORD_HEADER_BYTES = 5;
const HANDSHAKE_HEADER_BYTES = 4;
/** A ClientHello is one record in practice. More than these are not looked at. */
const MAX_RECORDS = 4;

/** What a ClientHello must have arrived of before more can be said. */
export const MORE = Symbol('more');

/**
 * The names that a client offers by ALPN (RFC 7301), in its order, read from the first bytes of its connection and without
 * taking part in the handshake. Empty where it offers none, or where this is no ClientHello: TLS will say what is wrong.
 */
export function offeredProtocols(bytes: Buffer): readonly string[] | typeof MORE {
  const message = clientHello(bytes);
  if (message === MORE) return MORE;
  if (message === undefined) return [];
  try {
    return alpnNames(new Fields(message));
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** The message without its header, gathered from its records (RFC 8446 5.1). */
function clientHello(bytes: Buffer): Buffer | undefined | typeof MORE {
  const parts: Buffer[] = [];
  for (let at = 0, gathered = 0, records = 0; records < MAX_RECORDS; records++) {
    if (bytes.length < at + RECORD_HEADER_BYTES) return MORE;
    const length = bytes.readUInt16BE(at + 3);
    if (bytes[at] !== HANDSHAKE_RECORD || length === 0) return undefined;
    const end = at + RECORD_HEADER_BYTES + length;
    if (bytes.length < end) return MORE;
    parts.push(bytes.subarray(at + RECORD_HEADER_BYTES, end));
    gathered += length;
    at = end;
    const start = Buffer.concat(parts);
    if (start[0] !== CLIENT_HELLO) return undefined;
    if (gathered < HANDSHAKE_HEADER_BYTES) continue;
    const whole = HANDSHAKE_HEADER_BYTES + start.readUIntBE(1, 3);
    if (gathered >= whole) return start.subarray(HANDSHAKE_HEADER_BYTES, whole);
  }
  return undefined;
}

/** @throws {RangeError} where a length leads past the end. */
function alpnNames(hello: Fields): string[] {
  hello.bytes(2 + 32); // version, random
  hello.bytes(hello.number(1)); // session id
  hello.bytes(hello.number(2)); // cipher suites
  hello.bytes(hello.number(1)); // compression methods
  const extensions = new Fields(hello.bytes(hello.number(2)));
  while (!extensions.atEnd) {
    const type = extensions.number(2);
    const content = new Fields(extensions.bytes(extensions.number(2)));
    if (type !== ALPN_EXTENSION) continue;
    const list = new Fields(content.bytes(content.number(2)));
    const names: string[] = [];
    while (!list.atEnd) names.push(list.bytes(list.number(1)).toString('latin1'));
    return names;
  }
  return [];
}

/** Fields read one after the other; a RangeError where there are no more bytes. */
class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  number(size: number): number {
    return this.bytes(size).readUIntBE(0, size);
  }

  bytes(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new RangeError('The ClientHello is cut short');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
