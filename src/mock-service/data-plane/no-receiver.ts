import { type MessageScanner, MessageType, type Side } from '../../protocol/index.js';
import type { StreamOfMessage } from './stream-reset.js';

export interface NoReceiverOptions {
  readonly sender: Side;
  /** Whether an answer may be added to what waits for the sender. */
  readonly hasRoom: () => boolean;
  /** Tells the sender that a stream is over. */
  readonly reset: (stream: StreamOfMessage) => void;
}

/** Nobody is at the other end: the source learns that its stream leads nowhere; nothing is queued. */
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
    // DATA that follows at once needs no second answer: the first is on its way.
    if (!starts && last?.streamId === streamId && last.serviceId === serviceId) return;
    if (!this.#options.hasRoom()) return;
    this.#lastAnswered = { streamId, serviceId };
    this.#options.reset(this.#lastAnswered);
  }
}
