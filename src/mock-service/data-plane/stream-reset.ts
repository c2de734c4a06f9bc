import { encodeFrameIfItFits, MessageType, message } from '../../protocol/index.js';
import type { StreamAddress } from '../rules/index.js';

/** A stream, by the ids that a message carries. */
export type StreamOfMessage = Pick<StreamAddress, 'serviceId' | 'streamId'>;

/**
 * Makes a STREAM_RESET frame for a stream. Returns undefined if it does not fit in a frame. That happens if a very long
 * service id only just fitted in STREAM_START: a sender may write a negative stream id in five bytes, but here it takes
 * ten. Such a stream cannot be reset.
 */
export function resetFrame({ serviceId, streamId }: StreamOfMessage): Uint8Array | undefined {
  return encodeFrameIfItFits(message({ type: MessageType.STREAM_RESET, streamId, serviceId }));
}
