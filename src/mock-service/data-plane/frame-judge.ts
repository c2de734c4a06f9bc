import { MessageScanner } from '../../protocol/index.js';
import { type BrokenRule, judgeFrame, trackFrame } from '../rules/index.js';
import type { SideConnection, Tunnel } from '../tunnels/index.js';
import type { DataPlaneContext } from './context.js';

/** Judges a side's frames and reports broken rules. It does not close the offender; the connection does. */
export class FrameJudge {
  readonly #context: DataPlaneContext;
  readonly #tunnel: Tunnel;
  readonly #sender: SideConnection;
  /** One scanner for each connection. It holds the fields of the frame that it scanned last. */
  readonly #scanner = new MessageScanner();

  constructor(context: DataPlaneContext, tunnel: Tunnel, sender: SideConnection) {
    this.#context = context;
    this.#tunnel = tunnel;
    this.#sender = sender;
  }

  /** Judges the message that lies from `start` to `end`. Returns the offence if the sender must be closed for it. */
  judge(bytes: Uint8Array, start: number, end: number): BrokenRule | undefined {
    if (this.#context.options.enforce === 'off') return undefined;
    const scanner = this.#scanner;
    const { streams } = this.#tunnel;
    const { side } = this.#sender;
    scanner.scan(bytes, start, end);
    const broken = judgeFrame(streams, side, scanner, bytes);
    if (broken === undefined) return undefined;
    const closes = this.report(broken);
    if (!closes && broken.force === 'MUST') trackFrame(streams, side, scanner, bytes);
    return closes ? broken : undefined;
  }

  /** The fields of the message that was last given to {@link judge}. It scans the message if `judge` has not done so. */
  fieldsOf(bytes: Uint8Array, start: number, end: number): MessageScanner {
    if (this.#context.options.enforce === 'off') this.#scanner.scan(bytes, start, end);
    return this.#scanner;
  }

  /** Emits an event for a broken rule. Returns true if the sender must be closed for it. */
  report({ rule, force, what }: BrokenRule): boolean {
    const { enforce } = this.#context.options;
    if (enforce === 'off') return false;
    const closes = force === 'MUST' && enforce === 'close';
    const { tunnelId, side, channelId } = this.#sender;
    const action = closes ? 'closed' : 'reported';
    this.#context.events.emit('rule-broken', { tunnelId, side, channelId, rule, force, what, action });
    return closes;
  }
}
