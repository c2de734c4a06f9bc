import type { Random } from '../random.js';

/** Tags of the schema, tags whose number is known and whose wire type is not, groups, and what protobuf forbids. */
const KNOWN_TAGS = [0x08, 0x10, 0x18, 0x22, 0x2a, 0x32, 0x38];
const OTHER_TAGS = [
  0x40, 0x42, 0x41, 0x45, 0x43, 0x44, 0x0a, 0x12, 0x20, 0x28, 0x3a, 0x00, 0x46, 0x47, 0x0f, 0x7f,
];
const TEXTS = ['SSH', 'HTTP', 'x', ''].map((text) => Buffer.from(text));
/** UTF-8 that is valid, cut off, overlong, a surrogate, above the last character. It costs much to read, so it is rare. */
const ODD_TEXTS = ['c3a9', 'e6bca2', 'f09f9880', 'e6bc', 'c080', 'eda080', 'f4908080', 'ff', 'efbbbf'].map(
  (hex) => Buffer.from(hex, 'hex'),
);

/**
 * Writes the bodies of messages field by field, in ways that encoders use and in ways that none does: any order,
 * repetition, varints longer than needed, unknown fields, groups. Then some of the bytes are changed.
 */
export class MessageMaker {
  readonly #random: Random;
  #bytes: Uint8Array;
  #at = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#bytes = new Uint8Array(0);
  }

  /** Writes one body at `start` and returns where it ends: at most {@link LONGEST_BODY} bytes later. */
  write(target: Uint8Array, start: number): number {
    this.#bytes = target;
    this.#at = start;
    const random = this.#random;
    if (random.oneIn(32)) this.#noise(random.below(24));
    else for (let count = 1 + random.below(6); count > 0; count--) this.#field();
    if (random.oneIn(3)) this.#change(start);
    return this.#at;
  }

  #field(): void {
    const random = this.#random;
    const known = !random.oneIn(6);
    const tag = known
      ? random.pick(KNOWN_TAGS)
      : random.oneIn(4)
        ? random.below(0x4000)
        : random.pick(OTHER_TAGS);
    this.#varint(tag);
    const wireType = tag & 7;
    if (wireType === 0) this.#number();
    else if (wireType === 2) this.#lengthDelimited(tag === 0x22);
    else if (wireType === 1) this.#noise(8);
    else if (wireType === 5) this.#noise(4);
    else if (wireType === 3) this.#group(tag);
  }

  #number(): void {
    const random = this.#random;
    if (!random.oneIn(4)) this.#varint(random.oneIn(3) ? random.next() : random.below(9));
    else {
      // Negative numbers, 64 bits, and one byte more than a varint may have.
      for (let i = random.below(11); i > 0; i--) this.#bytes[this.#at++] = 0x80 | random.next();
      this.#bytes[this.#at++] = random.below(0x80);
    }
  }

  #lengthDelimited(payload: boolean): void {
    const random = this.#random;
    if (payload || random.oneIn(8)) {
      const length = random.oneIn(64) ? random.below(700) : random.below(20);
      this.#varint(random.oneIn(64) ? random.next() : length);
      this.#noise(length);
      return;
    }
    const text = random.pick(random.oneIn(16) ? ODD_TEXTS : TEXTS);
    this.#varint(text.length);
    this.#bytes.set(text, this.#at);
    this.#at += text.length;
  }

  #group(tag: number): void {
    const random = this.#random;
    const depth = random.oneIn(64) ? 90 + random.below(20) : random.below(3);
    for (let i = 0; i < depth; i++) this.#bytes[this.#at++] = 0x43;
    if (random.oneIn(2)) this.#varint(0x40);
    for (let i = 0; i < depth; i++) this.#bytes[this.#at++] = 0x44;
    this.#varint(tag + 1);
  }

  /** Now and then longer than it has to be, or longer than it may be. */
  #varint(value: number): void {
    const random = this.#random;
    let rest = value;
    let pad = random.oneIn(24) ? random.below(7) : 0;
    while (rest >= 0x80 || pad > 0) {
      if (rest < 0x80) pad--;
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  #noise(length: number): void {
    for (let i = 0; i < length; i++) this.#bytes[this.#at++] = this.#random.next();
  }

  #change(start: number): void {
    const random = this.#random;
    const length = this.#at - start;
    if (random.oneIn(3)) this.#at = start + random.below(length + 1);
    else
      for (let i = 1 + random.below(3); i > 0; i--) this.#bytes[start + random.below(length)] = random.next();
  }
}

/** More than any body that {@link MessageMaker.write} makes. */
export const LONGEST_BODY = 6 * 800;
