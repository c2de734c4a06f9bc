import { encodeFrame, encodeFrames, type Message, MessageType, message } from '../../src/protocol/index.js';
import { maskedMessage } from './masked-message.js';

/**
 * The bytes that one side sends, ready to be written: whole, masked WebSocket messages. The chunk is written
 * repeatedly.
 */
export interface Load {
  /** STREAM_START, as one WebSocket message. */
  readonly start: Buffer;
  readonly startTunnelBytes: number;
  readonly chunk: Buffer;
  readonly chunkFrames: number;
  readonly chunkTunnelBytes: number;
}

const ADDRESS = { streamId: 1_345_678_901, serviceId: 'SSH', connectionId: 1 };
const CHUNK_BYTES = 65_536;

export interface LoadShape {
  readonly payload: number;
  readonly framesPerMessage: number;
}

/** Makes about 64 KB of WebSocket messages, or one message if that is larger. */
export function buildLoad({ payload, framesPerMessage }: LoadShape): Load {
  const data: Message = message({
    ...ADDRESS,
    type: MessageType.DATA,
    payload: new Uint8Array(payload).map((_, i) => (31 * i + 7) & 0xff),
  });
  const tunnelBytes = encodeFrames(new Array<Message>(framesPerMessage).fill(data));
  const messages = Math.max(1, Math.floor(CHUNK_BYTES / tunnelBytes.length));
  const chunk = Buffer.concat(Array.from({ length: messages }, (_, i) => maskedMessage(tunnelBytes, i)));
  const start = encodeFrame(message({ ...ADDRESS, type: MessageType.STREAM_START }));
  return {
    start: maskedMessage(start, 0),
    startTunnelBytes: start.length,
    chunk,
    chunkFrames: messages * framesPerMessage,
    chunkTunnelBytes: messages * tunnelBytes.length,
  };
}
