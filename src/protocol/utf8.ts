// ASCII text needs no codec, and service ids are nearly always ASCII. So the functions below treat ASCII separately.
const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Length of a string in UTF-8 bytes. A lone surrogate counts as U+FFFD, because it is encoded as that. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Writes a string of `length` UTF-8 bytes at `offset`. */
export function writeUtf8(text: string, length: number, target: Uint8Array, offset: number): void {
  if (length === text.length) {
    for (let i = 0; i < length; i++) target[offset + i] = text.charCodeAt(i);
  } else {
    encoder.encodeInto(text, target.subarray(offset, offset + length));
  }
}

/** Reads UTF-8. Undefined if the bytes are not valid; proto3 does not allow such bytes in strings. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return decodeStrictly(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}
