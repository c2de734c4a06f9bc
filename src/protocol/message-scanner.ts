import { ProtocolError, type ProtocolErrorCode } from './errors.js';
import { readUtf8 } from './utf8.js';

/**
 * Reads a message's fields in place. It copies no payload and allocates no object: it holds the fields of the message
 * that it scanned last. This is cheap enough for the relay to judge every frame.
 *
 * It follows protobuf. If a scalar field occurs several times, the last value counts. Fields may come in any order. A
 * known field number with another wire type is an unknown field. The scanner skips unknown fields and remembers the
 * number of the first; other code judges M6.
 */
export class MessageScanner {
  type = 0;
  streamId = 0;
  ignorable = false;
  /** Where the payload lies in the scanned bytes. */
  payloadStart = 0;
  payloadLength = 0;
  /** Where the service id lies in the scanned bytes; valid UTF-8 once scanned. */
  serviceIdStart = 0;
  serviceIdLength = 0;
  /** The number of availableServiceIds in the message. */
  availableServiceIdCount = 0;
  connectionId = 0;
  /** Number of the first field outside the schema, or 0. */
  unknownField = 0;
  /** Called for each availableServiceId, with where it starts and ends in the scanned bytes. */
  onServiceId: ((start: number, end: number) => void) | undefined;
  /** Why the last scan failed; undefined if it did not. */
  errorCode: ProtocolErrorCode | undefined;
  /** Where the last scan failed, in bytes from the start of the message. */
  errorOffset = 0;

  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;
  #origin = 0;

  /**
   * Scans the message that lies in `bytes` from `start` up to `end` (length prefix not included).
   * Returns false if it does not parse; `errorCode` and `errorOffset` then say why. Never throws.
   */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#position = start;
    this.#origin = start;
    this.type = 0;
    this.streamId = 0;
    this.ignorable = false;
    this.payloadStart = start;
    this.payloadLength = 0;
    this.serviceIdStart = start;
    this.serviceIdLength = 0;
    this.availableServiceIdCount = 0;
    this.connectionId = 0;
    this.unknownField = 0;
    this.errorCode = undefined;
    this.errorOffset = 0;
    while (this.#position < end) {
      const tagAt = this.#position;
      let tag = bytes[tagAt]!;
      // Every tag of the schema fits in one byte.
      if (tag < 0x80) this.#position = tagAt + 1;
      else {
        tag = this.#varint(end);
        if (tag < 0) return false;
      }
      switch (tag) {
        case 0x08:
          this.type = this.#int32(end);
          break;
        case 0x10:
          this.streamId = this.#int32(end);
          break;
        case 0x18:
          this.ignorable = this.#bool(end);
          break;
        case 0x22: {
          const length = this.#length(end);
          if (length < 0) return false;
          this.payloadStart = this.#position;
          this.payloadLength = length;
          this.#position += length;
          break;
        }
        case 0x2a: {
          const length = this.#string(end);
          if (length < 0) return false;
          this.serviceIdStart = this.#position;
          this.serviceIdLength = length;
          this.#position += length;
          break;
        }
        case 0x32: {
          const length = this.#string(end);
          if (length < 0) return false;
          this.availableServiceIdCount++;
          this.onServiceId?.(this.#position, this.#position + length);
          this.#position += length;
          break;
        }
        case 0x38:
          this.connectionId = this.#int32(end) >>> 0;
          break;
        default:
          if (!this.#skip(tag, tagAt, end, 0)) return false;
          if (this.unknownField === 0) this.unknownField = tag >>> 3;
      }
      if (this.errorCode !== undefined) return false;
    }
    return true;
  }

  /** The service id of the last scan, as a string. */
  serviceId(): string {
    if (this.serviceIdLength === 0) return '';
    return readUtf8(this.#bytes, this.serviceIdStart, this.serviceIdStart + this.serviceIdLength)!;
  }

  /** The last scan's failure as an error to throw or report. */
  error(): ProtocolError {
    return new ProtocolError(
      this.errorCode ?? 'TRUNCATED_FIELD',
      this.errorOffset,
      'The bytes are not a tunnel message',
    );
  }

  #fail(code: ProtocolErrorCode, at: number): false {
    this.errorCode = code;
    this.errorOffset = at - this.#origin;
    return false;
  }

  /** Reads a tag or length: an unsigned varint of 32 bits in at most five bytes (D33). Returns -1 if it fails. */
  #varint(end: number): number {
    const bytes = this.#bytes;
    const at = this.#position;
    const first = at < end ? bytes[at]! : 0x80;
    if (first < 0x80) {
      this.#position = at + 1;
      return first;
    }
    let value = 0;
    let place = 1; // a power of 128; shifting would overflow in the fifth byte
    for (let i = 0; i < 5; i++, place *= 128) {
      if (at + i >= end) {
        this.#fail('TRUNCATED_FIELD', at);
        return -1;
      }
      const byte = bytes[at + i]!;
      value += (byte & 0x7f) * place;
      if (byte < 0x80) {
        this.#position = at + i + 1;
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    this.#fail('MALFORMED_VARINT', at);
    return -1;
  }

  /**
   * Reads a varint of up to 64 bits and cuts it to int32, as protobuf does. If it fails, it returns 0 and sets
   * `errorCode`.
   */
  #int32(end: number): number {
    const bytes = this.#bytes;
    let position = this.#position;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= end) {
        this.#fail('TRUNCATED_FIELD', this.#position);
        return 0;
      }
      const byte = bytes[position++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.#position = position;
        return value;
      }
    }
    this.#fail('MALFORMED_VARINT', this.#position);
    return 0;
  }

  /** Reads a bool. Any of the 64 bits makes it true, so cutting to 32 bits would be wrong. */
  #bool(end: number): boolean {
    const at = this.#position;
    let any = 0;
    for (let i = 0; i < 10; i++) {
      if (at + i >= end) return this.#fail('TRUNCATED_FIELD', at);
      const byte = this.#bytes[at + i]!;
      any |= byte & 0x7f;
      if (byte < 0x80) {
        this.#position = at + i + 1;
        return any !== 0;
      }
    }
    return this.#fail('MALFORMED_VARINT', at);
  }

  #length(end: number): number {
    const at = this.#position;
    const length = this.#varint(end);
    if (length < 0) return -1;
    if (length > end - this.#position) {
      this.#fail('TRUNCATED_FIELD', at);
      return -1;
    }
    return length;
  }

  #string(end: number): number {
    const length = this.#length(end);
    if (length < 0) return -1;
    const bytes = this.#bytes;
    for (let i = this.#position; i < this.#position + length; i++) {
      if (bytes[i]! < 0x80) continue;
      if (readUtf8(bytes, this.#position, this.#position + length) !== undefined) break;
      this.#fail('INVALID_UTF8', this.#position);
      return -1;
    }
    return length;
  }

  #skip(tag: number, tagAt: number, end: number, depth: number): boolean {
    if (tag >>> 3 === 0) return this.#fail('ILLEGAL_FIELD_NUMBER', tagAt);
    switch (tag & 7) {
      case 0: {
        const before = this.errorCode;
        this.#int32(end);
        return this.errorCode === before;
      }
      case 1:
        return this.#skipBytes(8, tagAt, end);
      case 5:
        return this.#skipBytes(4, tagAt, end);
      case 2: {
        const length = this.#length(end);
        if (length < 0) return false;
        this.#position += length;
        return true;
      }
      case 3:
        return this.#skipGroup(tag >>> 3, tagAt, end, depth);
      case 4:
        return this.#fail('UNBALANCED_GROUP', tagAt);
      default:
        return this.#fail('ILLEGAL_WIRE_TYPE', tagAt);
    }
  }

  #skipBytes(count: number, tagAt: number, end: number): boolean {
    if (count > end - this.#position) return this.#fail('TRUNCATED_FIELD', tagAt);
    this.#position += count;
    return true;
  }

  #skipGroup(field: number, groupAt: number, end: number, depth: number): boolean {
    // Protobuf's own parsers have the same limit (D35). It keeps an input from exhausting the stack.
    if (depth >= 100) return this.#fail('UNBALANCED_GROUP', groupAt);
    while (this.#position < end) {
      const tagAt = this.#position;
      const tag = this.#varint(end);
      if (tag < 0) return false;
      if ((tag & 7) === 4) return tag >>> 3 === field || this.#fail('UNBALANCED_GROUP', tagAt);
      if (!this.#skip(tag, tagAt, end, depth + 1)) return false;
    }
    return this.#fail('UNBALANCED_GROUP', groupAt);
  }
}
