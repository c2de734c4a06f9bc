import { encodeData, type Message, MessageType } from '../../protocol/index.js';
import type { SymptomCode } from '../verdicts/index.js';
import { binary } from '../wire/index.js';
import type { AppSocket } from './app-socket.js';
import { type Blamed, finding } from './blame.js';
import type { ClientUnderTest } from './client.js';
import type { ClientSocket } from './client-socket.js';
import { race } from './race.js';
import { ExpectedBytes, SeededBytes } from './seeded-bytes.js';
import { isOf, type StreamIds } from './stream-ids.js';

/** Bytes of a WebSocket message of a transfer. It has one DATA message, within M3. */
const PIECE_BYTES = 60_000;

/**
 * The direction of a transfer: `down` from the tunnel to the application, `up` from the application into the tunnel.
 */
export type Direction = 'down' | 'up';

/** The connection that carries a transfer: its two ends and its ids. */
export interface Carrier {
  readonly app: AppSocket;
  readonly socket: ClientSocket;
  readonly ids: StreamIds;
}

export interface TransferOptions {
  readonly client: ClientUnderTest;
  /** Something must arrive within this time, in milliseconds. */
  readonly patienceMs: number;
}

/**
 * Many bytes over one connection. The sender makes them from a seed, as fast as they are taken. The receiver compares
 * them with the same seed as they arrive. No bytes are stored, so the memory does not depend on the size.
 */
export class Transfer {
  /** Resolves when the system has taken the last byte, or the connection is gone. */
  readonly poured: Promise<void>;
  readonly #carrier: Carrier;
  readonly #options: TransferOptions;
  readonly #direction: Direction;
  readonly #expected: ExpectedBytes;
  readonly #whole: Promise<void>;
  #messages = 0;

  constructor(carrier: Carrier, direction: Direction, total: number, options: TransferOptions) {
    this.#carrier = carrier;
    this.#options = options;
    this.#direction = direction;
    const seed = SeededBytes.newSeed();
    this.#expected = new ExpectedBytes(seed, total);
    let onWhole: () => void = () => {};
    this.#whole = new Promise((resolve) => {
      onWhole = resolve;
    });
    const receive = (bytes: Uint8Array): void => {
      this.#messages++;
      this.#expected.push(bytes);
      if (this.#expected.isOver) onWhole();
    };
    if (direction === 'down') carrier.app.diverts(receive);
    else carrier.socket.tap = (value) => this.#taps(value, receive);
    const source = new SeededBytes(seed);
    this.poured = direction === 'down' ? this.#poursDown(source, total) : this.#poursUp(source, total);
  }

  /**
   * All bytes must arrive unchanged. That may take any time, as long as some bytes arrive within the patience.
   * @throws {Finding}
   */
  async completes(blame: Blamed): Promise<void> {
    const { app, socket } = this.#carrier;
    const { client, patienceMs } = this.#options;
    let before = -1;
    let isOver = false;
    while (!isOver && this.#expected.received > before) {
      before = this.#expected.received;
      const over = race([this.#whole, app.ended, socket.ended]).then(() => true);
      isOver = await client.within(over, patienceMs, () => false);
    }
    this.#stop();
    this.#judge(blame, isOver);
  }

  #judge(blame: Blamed, isOver: boolean): void {
    const { received, total, firstDifference } = this.#expected;
    const [changed, lost, late] = SYMPTOMS[this.#direction];
    const detail = `received ${received} of ${total} bytes`;
    if (firstDifference !== undefined)
      throw finding(blame, changed, `${detail}, equal up to byte ${firstDifference}`);
    if (received < total) throw finding(blame, isOver ? lost : late, detail);
  }

  #stop(): void {
    const { app, socket } = this.#carrier;
    if (this.#direction === 'down') app.diverts(undefined);
    else {
      socket.tap = undefined;
      socket.note('client', `DATA, ${this.#expected.received} bytes in ${this.#messages} messages`);
    }
  }

  #taps(value: Message, receive: (bytes: Uint8Array) => void): boolean {
    if (value.type !== MessageType.DATA || !isOf(this.#carrier.ids, value)) return false;
    receive(value.payload);
    return true;
  }

  async #poursDown(source: SeededBytes, total: number): Promise<void> {
    const { socket, ids } = this.#carrier;
    socket.note('service', `DATA, ${total} bytes in all`);
    for (let left = total; left > 0 && socket.open; ) {
      const bytes = source.next(Math.min(left, PIECE_BYTES));
      left -= bytes.length;
      await socket.pours([binary(encodeData(ids, bytes))]);
    }
    await socket.drained();
  }

  async #poursUp(source: SeededBytes, total: number): Promise<void> {
    const { app } = this.#carrier;
    app.tells(`writes ${total} bytes`);
    for (let left = total; left > 0 && !app.isEnded; ) {
      const bytes = source.next(left);
      left -= bytes.length;
      if (app.socket.write(bytes)) continue;
      await race([new Promise((resolve) => app.socket.once('drain', resolve)), app.ended]);
    }
  }
}

/** The symptoms for bytes that were changed, were lost before an end, or did not come. */
const SYMPTOMS: Readonly<Record<Direction, readonly [SymptomCode, SymptomCode, SymptomCode]>> = {
  down: ['changed-to-application', 'lost-before-end', 'nothing-to-application'],
  up: ['changed-to-tunnel', 'nothing-to-tunnel', 'nothing-to-tunnel'],
};
