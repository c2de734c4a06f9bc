import { encodeFrameIfItFits, MessageType, message } from '../../protocol/index.js';
import type { StreamAddress } from '../rules/index.js';

/** A stream, as a message names it. */
export type StreamOfMessage = Pick<StreamAddress, 'serviceId' | 'streamId'>;

/**
 * STREAM_RESET for a stream. A service id that only just fits a STREAM_START may leave no room: a negative stream id takes
 * ten bytes here, and a sender may have written it in five. Such a stream cannot be reset, and undefined is returned.
 */
export function resetFrame({ serviceId, streamId }: StreamOfMessage): Uint8Array | undefined {
  return encodeFrameIfItFits(message({ type: MessageType.STREAM_RESET, streamId, serviceId }));
}
