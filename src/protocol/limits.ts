/** The largest payload of one message, in bytes: 63 KiB (M3). */
export const MAX_PAYLOAD_BYTES = 64_512;

/** The size of the length that stands before each message, in bytes. */
export const LENGTH_PREFIX_BYTES = 2;

/** The largest message that a 2-byte length can announce, in bytes. */
export const MAX_MESSAGE_BYTES = 65_535;

/** The largest tunnel frame, in bytes: length prefix and message. */
export const MAX_FRAME_BYTES = LENGTH_PREFIX_BYTES + MAX_MESSAGE_BYTES;

/** The longest service id that a tunnel can have, in characters: AWS's constraint on `services` of OpenTunnel. */
export const MAX_SERVICE_ID_LENGTH = 128;

/** The largest payload of one WebSocket frame, in bytes, either direction (W2). */
export const MAX_WEBSOCKET_FRAME_BYTES = 131_076;

/** The largest handshake request, in bytes, request line and headers together (H5). */
export const MAX_HANDSHAKE_BYTES = 4096;
