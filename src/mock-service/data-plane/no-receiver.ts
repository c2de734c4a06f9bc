import { type MessageScanner, MessageType, type Side } from '../../protocol/index.js';
import type { StreamOfMessage } from './stream-reset.js';

export interface NoReceiverOptions {
  readonly sender: Side;
  /** Whether there is room for an answer before the bytes that wait for the sender reach the limit. */
  readonly hasRoom: () => boolean;
  /** Tells the sender that a stream is over. */
  readonly reset: (stream: StreamOfMessage) => void;
}

/** Answers the source's frames while no destination is connected: it resets their streams. Nothing is queued. */
export class NoReceiver {
  readonly #options: NoReceiverOptions;
  #lastAnswered: StreamOfMessage | undefined;

  constructor(options: NoReceiverOptions) {
    this.#options = options;
  }

  answer(fields: MessageScanner): void {
    const { type, streamId } = fields;
    if (this.#options.sender !== 'source' || fields.errorCode !== undefined) return;
    const starts = type === MessageType.STREAM_START || type === MessageType.CONNECTION_START;
    if (!starts && type !== MessageType.DATA) return;
    const serviceId = fields.serviceId();
    const last = this.#lastAnswered;
    // DATA that follows at once needs no second answer, because the first one is on its way.
    if (!starts && last?.streamId === streamId && last.serviceId === serviceId) return;
    if (!this.#options.hasRoom()) return;
    this.#lastAnswered = { streamId, serviceId };
    this.#options.reset(this.#lastAnswered);
  }
}
