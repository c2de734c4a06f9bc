import { violation } from './validation.js';

/** Where a page ended: the sequence number of its last tunnel, and the filter of the request. */
export interface PageEnd {
  readonly sequence: number;
  readonly thingName: string | undefined;
}

/** Makes a page token. It is opaque to clients, and uses the characters that AWS allows for `nextToken`. */
export function encodePageToken({ sequence, thingName }: PageEnd): string {
  return Buffer.from(JSON.stringify([sequence, thingName ?? null])).toString('base64url');
}

/** @throws {ApiError} ValidationException if the service did not make the token, or made it for another filter. */
export function decodePageToken(token: string, thingName: string | undefined): number {
  const [sequence, madeFor] = parse(token);
  if (
    !Number.isSafeInteger(sequence) ||
    encodePageToken({ sequence, thingName: madeFor ?? undefined }) !== token
  ) {
    throw violation([
      { value: token, at: 'nextToken', what: 'Member must be a token from an earlier answer' },
    ]);
  }
  if ((madeFor ?? undefined) !== thingName) {
    throw violation([{ value: token, at: 'nextToken', what: 'Member must be used with the same thingName' }]);
  }
  return sequence;
}

function parse(token: string): readonly [number, string | null] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!Array.isArray(parsed)) return [Number.NaN, null];
    const [sequence, thingName] = parsed as unknown[];
    return [
      typeof sequence === 'number' ? sequence : Number.NaN,
      typeof thingName === 'string' ? thingName : null,
    ];
  } catch {
    return [Number.NaN, null];
  }
}
