/** What can be wrong with bytes that should be a message. Stable: programs may match on it. */
export type ProtocolErrorCode =
  | 'TRUNCATED_FIELD'
  | 'MALFORMED_VARINT'
  | 'ILLEGAL_FIELD_NUMBER'
  | 'ILLEGAL_WIRE_TYPE'
  | 'UNBALANCED_GROUP'
  | 'INVALID_UTF8'
  | 'VALUE_OUT_OF_RANGE'
  | 'MESSAGE_TOO_LARGE';

/**
 * Bytes that do not parse as a tunnel message (M11), or a message that cannot be put into bytes.
 * `offset` counts bytes from the start of the message (its length prefix not included).
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';

  constructor(
    readonly code: ProtocolErrorCode,
    readonly offset: number,
    what: string,
  ) {
    super(`${what} (${code} at byte ${offset} of the message)`);
  }
}
