import { ApiError } from './errors.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A request's body as a JSON object; an empty one counts as `{}`.
 * @throws {ApiError} SerializationException.
 */
export function readJson(body: Buffer): object {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(UTF8.decode(body));
  } catch (error) {
    // The parser's own message repeats a piece of the body, which may hold a secret.
    const why = error instanceof SyntaxError ? 'is not valid JSON' : 'is not valid UTF-8';
    throw new ApiError('SerializationException', `The request body ${why}; send a JSON object`);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new ApiError('SerializationException', 'The request body is JSON but no object; send a JSON object');
}
