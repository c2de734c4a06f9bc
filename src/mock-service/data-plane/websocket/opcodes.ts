/** WebSocket opcodes (RFC 6455 5.2). */
export const Opcode = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

/** Close codes that the service uses itself (RFC 6455 7.4.1). */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  UNSUPPORTED_DATA: 1003,
  /** Never sent. It means a close frame without a code. */
  NONE: 1005,
  /** Never sent. It means that there was no close frame. */
  ABNORMAL: 1006,
  INVALID_TEXT: 1007,
  POLICY_VIOLATION: 1008,
  TOO_BIG: 1009,
  INTERNAL_ERROR: 1011,
} as const;

/** The longest reason of a close frame, in bytes of UTF-8 (RFC 6455 5.5.1). */
export const MAX_REASON_BYTES = 123;

/** Whether a close frame may carry this code (RFC 6455 7.4, and the codes registered since). */
export function mayBeSent(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
    (code >= 3000 && code <= 4999)
  );
}
