import type { Side } from '../../protocol/index.js';
import { CaptureError } from '../errors.js';
import type { Capture, CapturedFrame } from '../reader.js';

/** One recorded connection of a side. */
export interface Conversation {
  readonly tunnelId: string;
  readonly side: Side;
  readonly subprotocol: string | undefined;
  /** All frames that were received from the side and sent to it, in order. */
  readonly frames: readonly CapturedFrame[];
}

export interface ConversationChoice {
  readonly side: Side;
  /** The tunnel. Default: the first tunnel of the capture that has the side. */
  readonly tunnelId?: string | undefined;
  /** Which connection of the side, counted from 1. Default: the first. */
  readonly connection?: number | undefined;
}

/** @throws {CaptureError} CAPTURE_SIDE_MISSING. */
export function pickConversation(capture: Capture, choice: ConversationChoice): Conversation {
  const { side, connection = 1 } = choice;
  const tunnelId = choice.tunnelId ?? firstTunnel(capture, side);
  let current = 0;
  let subprotocol: string | undefined;
  const frames: CapturedFrame[] = [];
  for (const entry of capture.entries) {
    if (entry.kind === 'event') {
      const { event, fields } = entry;
      if (event !== 'side-connected' || fields.tunnelId !== tunnelId || fields.side !== side) continue;
      current++;
      if (current === connection) subprotocol = fields.subprotocol as string;
    } else if (entry.tunnelId === tunnelId && entry.side === side) {
      // A capture may start in the middle of a session.
      if (current === 0) current = 1;
      if (current === connection) frames.push(entry);
    }
  }
  if (frames.length > 0) return { tunnelId: tunnelId ?? '', side, subprotocol, frames };
  const what = `The capture has no frame of connection ${connection} of a ${side}`;
  const where = choice.tunnelId === undefined ? '' : ` of tunnel ${choice.tunnelId}`;
  throw new CaptureError('CAPTURE_SIDE_MISSING', 0, `${what}${where}`);
}

function firstTunnel(capture: Capture, side: Side): string | undefined {
  const found = capture.entries.find(
    (entry): entry is CapturedFrame => entry.kind === 'frame' && entry.side === side,
  );
  return found?.tunnelId;
}
