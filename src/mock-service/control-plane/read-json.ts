import { isUtf8 } from 'node:buffer';
import { ApiError } from './errors.js';

/**
 * A request's body as a JSON object; an empty one counts as `{}`.
 * @throws {ApiError} SerializationException.
 */
export function readJson(body: Buffer): object {
  if (body.length === 0) return {};
  if (!isUtf8(body)) throw unreadable('is not valid UTF-8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(withoutMark(body.toString()));
  } catch {
    // The parser's own message repeats a piece of the body, which may hold a secret.
    throw unreadable('is not valid JSON');
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new ApiError('SerializationException', 'The request body is JSON but no object; send a JSON object');
}

function unreadable(why: string): ApiError {
  return new ApiError('SerializationException', `The request body ${why}; send a JSON object`);
}

/** Some editors put a byte order mark in front of what they save. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
