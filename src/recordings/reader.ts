import type { z } from 'zod';
import {
  bytesOf,
  CAPTURE_FORMAT,
  CAPTURE_VERSION,
  type CaptureHeader,
  type EventLine,
  endLineSchema,
  eventLineSchema,
  type FrameLine,
  frameLineSchema,
  headerSchema,
  truncatedLineSchema,
} from '../mock-service/capture/index.js';
import { CaptureError } from './errors.js';

/** A frame of a capture. `bytes` is undefined if the recording left them out. */
export interface CapturedFrame extends FrameLine {
  readonly kind: 'frame';
  /** The line in the file, counted from 1. */
  readonly line: number;
  readonly bytes: Uint8Array | undefined;
}

export interface CapturedEvent {
  readonly kind: 'event';
  readonly line: number;
  readonly at: number;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type CaptureEntry = CapturedFrame | CapturedEvent;

/** A capture that was read. */
export interface Capture {
  readonly header: CaptureHeader;
  readonly entries: readonly CaptureEntry[];
  /** Whether the recording reached its size limit. */
  readonly truncated: boolean;
  /** Whether the capture has its last line. */
  readonly complete: boolean;
}

/**
 * Reads the text of a capture.
 * @param options.partial if true, a file that was cut is accepted, and its whole lines are returned. If not,
 * CAPTURE_CUT is thrown for such a file.
 * @throws {CaptureError} with the line of the error.
 */
export function readCapture(text: string, options: { partial?: boolean } = {}): Capture {
  const lines = text.split('\n');
  const header = readHeader(lines[0] ?? '');
  const reading = new Reading();
  for (const [index, source] of lines.entries()) {
    if (index === 0 || source.trim() === '') continue;
    const isLast = index === lines.length - 1; // no newline follows, so it may have been cut
    if (isLast && options.partial === true && !parses(source)) break;
    reading.line(source, index + 1, isLast);
  }
  if (!reading.complete && options.partial !== true) {
    const what = 'the capture ends without its end line: it was cut, or its service was killed';
    throw new CaptureError('CAPTURE_CUT', lines.length, `${what}; read it as partial`);
  }
  const { entries, truncated, complete } = reading;
  return { header, entries, truncated, complete };
}

/** Whether a text begins like a capture of any version. */
export function looksLikeCapture(text: string): boolean {
  return text.slice(0, 200).replace(/\s/g, '').includes(`"format":"${CAPTURE_FORMAT}"`);
}

function readHeader(source: string): CaptureHeader {
  const value = parses(source) ? (JSON.parse(source) as { format?: unknown; version?: unknown }) : undefined;
  if (value?.format !== CAPTURE_FORMAT) {
    const what = `does not say "format":"${CAPTURE_FORMAT}"; this is not a capture of tunnel-testbed`;
    throw new CaptureError('CAPTURE_NOT_RECOGNISED', 1, what);
  }
  if (typeof value.version === 'number' && value.version > CAPTURE_VERSION) {
    const what = `says version ${value.version}; this program reads up to ${CAPTURE_VERSION}; use a newer program`;
    throw new CaptureError('CAPTURE_TOO_NEW', 1, what);
  }
  return checked(headerSchema, value, 1);
}

class Reading {
  readonly entries: CaptureEntry[] = [];
  truncated = false;
  complete = false;
  readonly #bytes = new Map<number, CapturedFrame>();

  line(source: string, line: number, isLast: boolean): void {
    const value = parseLine(source, line, isLast);
    if ('frame' in value) this.#frame(checked(frameLineSchema, value, line), line);
    else if ('event' in value) this.entries.push(toEvent(checked(eventLineSchema, value, line), line));
    else if ('truncated' in value) this.#truncated(value, line);
    else if ('end' in value) this.complete = checked(endLineSchema, value, line).end;
    else throw new CaptureError('CAPTURE_BAD_LINE', line, 'is neither a frame, an event nor the end');
  }

  #truncated(value: object, line: number): void {
    this.truncated = checked(truncatedLineSchema, value, line).truncated;
    this.complete = true;
  }

  #frame(fields: FrameLine, line: number): void {
    const original = fields.relays === undefined ? fields : this.#original(fields.relays, line);
    const { message, raw, rawBytes } = original;
    const content = {
      ...(message !== undefined && { message }),
      ...(raw !== undefined && { raw }),
      ...(rawBytes !== undefined && { rawBytes }),
    };
    if (Object.keys(content).length === 0) {
      throw new CaptureError('CAPTURE_BAD_LINE', line, 'is a frame with neither message, raw nor relays');
    }
    const entry: CapturedFrame = {
      kind: 'frame',
      line,
      ...fields,
      ...content,
      bytes: encoded(content, line),
    };
    this.entries.push(entry);
    this.#bytes.set(fields.frame, entry);
  }

  #original(frame: number, line: number): FrameLine {
    const original = this.#bytes.get(frame);
    if (original !== undefined) return original;
    throw new CaptureError(
      'CAPTURE_BAD_LINE',
      line,
      `relays frame ${frame}, which is not on an earlier line`,
    );
  }
}

function encoded(content: Parameters<typeof bytesOf>[0], line: number): Uint8Array | undefined {
  try {
    return bytesOf(content);
  } catch (error) {
    throw new CaptureError('CAPTURE_BAD_LINE', line, (error as Error).message);
  }
}

function toEvent({ at, event, ...fields }: EventLine, line: number): CapturedEvent {
  return { kind: 'event', line, at, event, fields };
}

function parses(source: string): boolean {
  try {
    return typeof JSON.parse(source) === 'object';
  } catch {
    return false;
  }
}

function parseLine(source: string, line: number, isLast: boolean): object {
  try {
    const value: unknown = JSON.parse(source);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    if (isLast) throw new CaptureError('CAPTURE_CUT', line, 'ends in the middle: the file was cut');
    throw new CaptureError('CAPTURE_BAD_LINE', line, `is not JSON: ${(error as Error).message}`);
  }
  throw new CaptureError('CAPTURE_BAD_LINE', line, 'is not a JSON object');
}

function checked<T extends z.ZodType>(schema: T, value: unknown, line: number): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const where = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new CaptureError('CAPTURE_BAD_LINE', line, `${where}${issue.message}`);
}
