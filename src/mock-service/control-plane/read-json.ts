import { isUtf8 } from 'node:buffer';
import { ApiError } from './errors.js';

/**
 * Reads a request's body as a JSON object. An empty body counts as `{}`, and a member that is null counts as left out.
 * @throws {ApiError} SerializationException if the body is not a JSON object in UTF-8.
 */
export function readJson(body: Buffer): object {
  if (body.length === 0) return {};
  if (!isUtf8(body)) throw unreadable('is not valid UTF-8');
  let parsed: unknown;
  try {
    const text = withoutMark(body.toString());
    parsed = text.includes('null') ? JSON.parse(text, withoutNulls) : JSON.parse(text);
  } catch {
    // The parser's own message is not used: it repeats a piece of the body, which may hold a secret.
    throw unreadable('is not valid JSON');
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new ApiError(
    'SerializationException',
    'The request body is JSON but not an object; send a JSON object',
  );
}

/** JSON.parse calls this for each value. Returning undefined removes a member; in a list it would leave a hole. */
function withoutNulls(this: unknown, _key: string, value: unknown): unknown {
  return value === null && !Array.isArray(this) ? undefined : value;
}

function unreadable(why: string): ApiError {
  return new ApiError('SerializationException', `The request body ${why}; send a JSON object`);
}

/** Removes a byte order mark. Some editors write one at the beginning of a file. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
