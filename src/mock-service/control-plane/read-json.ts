import { isUtf8 } from 'node:buffer';
import { ApiError } from './errors.js';

/**
 * A request's body as a JSON object; an empty one counts as `{}`, and a member that is null as left out.
 * @throws {ApiError} SerializationException.
 */
export function readJson(body: Buffer): object {
  if (body.length === 0) return {};
  if (!isUtf8(body)) throw unreadable('is not valid UTF-8');
  let parsed: unknown;
  try {
    const text = withoutMark(body.toString());
    parsed = text.includes('null') ? JSON.parse(text, withoutNulls) : JSON.parse(text);
  } catch {
    // The parser's own message repeats a piece of the body, which may hold a secret.
    throw unreadable('is not valid JSON');
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new ApiError('SerializationException', 'The request body is JSON but no object; send a JSON object');
}

/** Called by JSON.parse for each value: undefined takes a member away. In a list it would leave a hole. */
function withoutNulls(this: unknown, _key: string, value: unknown): unknown {
  return value === null && !Array.isArray(this) ? undefined : value;
}

function unreadable(why: string): ApiError {
  return new ApiError('SerializationException', `The request body ${why}; send a JSON object`);
}

/** Some editors put a byte order mark in front of what they save. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
