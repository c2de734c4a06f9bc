import { MessageScanner } from '../../protocol/index.js';
import { type Finding, judgeFrame, trackFrame } from '../rules/index.js';
import type { SideConnection, Tunnel } from '../tunnels/index.js';
import type { DataPlaneContext } from './context.js';

/** One scanner for all: scanning is synchronous and its fields are read at once. */
export const scanner = new MessageScanner();

/** Judges a side's frames and makes broken rules known; closing the offender is the session's doing. */
export class FrameJudge {
  readonly #context: DataPlaneContext;
  readonly #tunnel: Tunnel;
  readonly #connection: SideConnection;

  constructor(context: DataPlaneContext, tunnel: Tunnel, connection: SideConnection) {
    this.#context = context;
    this.#tunnel = tunnel;
    this.#connection = connection;
  }

  /** Judges the message that `scanner` has just scanned. Returns what the sender must be closed for. */
  judge(bytes: Uint8Array): Finding | undefined {
    const { streams } = this.#tunnel;
    const { side } = this.#connection;
    const finding = judgeFrame(streams, side, scanner, bytes);
    if (finding === undefined) return undefined;
    const closes = this.report(finding);
    if (!closes && finding.force === 'MUST') trackFrame(streams, side, scanner, bytes);
    return closes ? finding : undefined;
  }

  /** Tells of a broken rule; true where the sender must be closed for it. */
  report({ rule, force, what }: Finding): boolean {
    const { enforce } = this.#context.options;
    if (enforce === 'off') return false;
    const closes = force === 'MUST' && enforce === 'close';
    const { tunnelId, side, channelId } = this.#connection;
    const action = closes ? 'closed' : 'reported';
    this.#context.events.emit('rule-broken', { tunnelId, side, channelId, rule, force, what, action });
    return closes;
  }
}
