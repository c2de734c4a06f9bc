import {
  encodeMessage,
  type Message,
  type MessageFormat,
  message,
  type RuleId,
} from 'tunnel-testbed/protocol';
import { ARRIVALS, type Arrival, framed, type StreamIds, type TriggerCode } from 'tunnel-testbed/scenarios';
import { EXTREME, HARMLESS, type Harmless, VARIATIONS, type Variation } from './harmless.js';
import { allCombinations, type Combination, pairwise } from './pairwise.js';

/** One cell of the matrix: a message, a way in which it arrives, and a way in which its optional fields are written. */
export interface Cell {
  readonly name: string;
  readonly message: string;
  readonly variation: Variation;
  readonly rule: RuleId;
  readonly trigger: TriggerCode;
  readonly force: 'SHOULD' | undefined;
  readonly arrival: Arrival;
  /** What the application receives; empty for nothing. */
  readonly delivers: Buffer;
  /** The tunnel frame. */
  readonly bytes: (stream: StreamIds) => Buffer;
  /** The same message, arriving alone in one WebSocket message. */
  readonly alone: () => Cell;
  /** The same, with its fields written as usual. */
  readonly plain: () => Cell;
}

export interface CellsOf {
  readonly version: MessageFormat;
  /** Whether a stream is active when the message comes. */
  readonly live: boolean;
  /** Every combination instead of a set that covers all pairs. */
  readonly full: boolean;
}

/** The cells for a state of the client. */
export function cellsOf({ version, live, full }: CellsOf): Cell[] {
  const messages = HARMLESS.filter(
    ({ versions, idleOnly, liveOnly }) =>
      (versions?.includes(version) ?? true) && (live ? idleOnly !== true : liveOnly !== true),
  );
  const sizes = [messages.length, ARRIVALS.length, VARIATIONS.length];
  const allows = ([m, , v]: Combination): boolean => {
    const variation = VARIATIONS[v!]!;
    if (EXTREME.includes(variation)) return false;
    // V1 has no service ids that could be left out.
    return messages[m!]!.variations.includes(variation) && (variation !== 'unnamed' || version !== 'V1');
  };
  const combinations = full ? allCombinations(sizes).filter(allows) : pairwise(sizes, allows);
  return combinations.map(([m, a, v]) => cell(messages[m!]!, ARRIVALS[a!]!, VARIATIONS[v!]!));
}

/** The cells of messages with extreme ids, for a client with an active stream: all of them, each alone. */
export function extremeCellsOf(version: MessageFormat): Cell[] {
  return HARMLESS.filter(({ versions }) => versions?.includes(version) ?? true).flatMap((harmless) =>
    EXTREME.filter((variation) => harmless.variations.includes(variation)).map((variation) =>
      cell(harmless, 'alone', variation),
    ),
  );
}

const NOTHING = Buffer.alloc(0);

function cell(harmless: Harmless, arrival: Arrival, variation: Variation): Cell {
  const { name, rule, trigger, force, fields, delivers = NOTHING } = harmless;
  return {
    name: `${name}${variation === 'plain' ? '' : `, ${variation}`}, ${arrival}`,
    message: name,
    variation,
    rule,
    trigger,
    force,
    arrival,
    delivers,
    bytes: (stream) => frameOf(fields(stream, variation), variation),
    alone: () => cell(harmless, 'alone', variation),
    plain: () => cell(harmless, 'alone', 'plain'),
  };
}

/** The frame. If the variation says so, fields with their zero value are written too (M12). */
function frameOf(fields: Partial<Message>, variation: Variation): Buffer {
  const value = message({
    ...fields,
    ignorable: variation === 'ignorable',
    ...(variation === 'unnamed' && { serviceId: '' }),
  });
  const zeros: number[] = [];
  if (variation === 'zeros') {
    zeros.push(0x18, 0);
    if (value.serviceId === '') zeros.push(0x2a, 0);
    if (value.connectionId === 0) zeros.push(0x38, 0);
  }
  return framed(Buffer.concat([Buffer.from(zeros), encodeMessage(value)]));
}
