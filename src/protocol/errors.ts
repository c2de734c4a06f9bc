/** What can be wrong with the bytes of a message. The codes are stable: programs may match on them. */
export type ProtocolErrorCode =
  /** A field announces more bytes than the message has: it was cut off, or its length is wrong. */
  | 'TRUNCATED_FIELD'
  /** A varint has more than ten bytes (D34), or a tag or length more than five, or more than 32 bits (D33). */
  | 'MALFORMED_VARINT'
  /** A tag names field number 0: often a length prefix that was not removed. */
  | 'ILLEGAL_FIELD_NUMBER'
  /** A tag names wire type 6 or 7, which protobuf does not have. */
  | 'ILLEGAL_WIRE_TYPE'
  /** A group ends without having started, or a group does not end. */
  | 'UNBALANCED_GROUP'
  /** A string field holds bytes that are not UTF-8. */
  | 'INVALID_UTF8'
  /** An id does not fit its field: int32 for type and stream id, uint32 for the connection id. */
  | 'VALUE_OUT_OF_RANGE'
  /** The message is longer than the 65535 bytes that a frame can announce: send less payload in each. */
  | 'MESSAGE_TOO_LARGE';

/**
 * The bytes do not parse as a tunnel message (M11), or a message cannot be encoded.
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
