import { createReadStream, existsSync } from 'node:fs';
import { reasonOf } from '../../clients/errors.js';
import { UsageError } from '../errors.js';

const HEX_TEXT = /^(0x)?[\s0-9a-fA-F:,]*$/;
const NOT_HEX = /0x|[\s:,]/g;

/**
 * Yields the bytes of a file, of stdin (no input, or `-`), or of hex digits on the command line. Hex text in a file or
 * on stdin is decoded too.
 */
export async function* readInput(input: string | undefined, raw: boolean): AsyncGenerator<Uint8Array> {
  if (input !== undefined && input !== '-' && !existsSync(input)) {
    if (!HEX_TEXT.test(input)) {
      throw new UsageError(
        `input '${input.slice(0, 80)}' is neither a file nor hex; give one of them, or - for stdin`,
      );
    }
    yield* translate([Buffer.from(input)], false);
    return;
  }
  const stream = input === undefined || input === '-' ? process.stdin : createReadStream(input);
  try {
    yield* translate(stream as AsyncIterable<Buffer>, raw);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`input '${input ?? '-'}' cannot be read: ${reasonOf(error)}; give a readable file`);
  }
}

/** Decodes hex text. The first chunk decides whether the input is hex, so the input need not be kept in memory. */
async function* translate(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  raw: boolean,
): AsyncGenerator<Uint8Array> {
  let isHex: boolean | undefined = raw ? false : undefined;
  let half = '';
  for await (const chunk of chunks) {
    const text = chunk.toString('latin1');
    isHex ??= HEX_TEXT.test(text);
    if (!isHex) {
      yield chunk;
      continue;
    }
    if (!HEX_TEXT.test(text))
      throw new UsageError('the input begins as hex, but other characters follow; try --raw');
    const digits = half + text.replace(NOT_HEX, '');
    const whole = digits.length - (digits.length % 2);
    half = digits.slice(whole);
    yield Buffer.from(digits.slice(0, whole), 'hex');
  }
  if (half !== '') throw new UsageError('the hex input has an odd number of digits; give two for each byte');
}
