import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { reasonOf } from '../clients/errors.js';
import { type Capture, CaptureError, looksLikeCapture, readCapture } from '../recordings/index.js';
import { UsageError } from './errors.js';

/**
 * Reads a capture.
 * @throws {UsageError} if the file cannot be read or is not a capture. The message names the line of the error.
 */
export function readCaptureFile(path: string, options: { partial?: boolean } = {}): Capture {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`capture '${path}' cannot be read: ${reasonOf(error)}; give a readable file`);
  }
  try {
    return readCapture(text, options);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const advice = error.code === 'CAPTURE_CUT' ? ' (--partial)' : '';
    throw new UsageError(`'${path}': ${error.message}${advice}`);
  }
}

/** Whether a file begins like a capture. */
export function isCaptureFile(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      const start = Buffer.alloc(200);
      return looksLikeCapture(start.toString('utf8', 0, readSync(file, start)));
    } finally {
      closeSync(file);
    }
  } catch {
    return false; // the file does not exist or cannot be read; the code that reads it reports this
  }
}
