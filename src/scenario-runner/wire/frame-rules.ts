import { MAX_WEBSOCKET_FRAME_BYTES, type RuleId } from '../../protocol/index.js';
import type { SymptomName } from '../verdicts/index.js';
import type { FrameHeader } from './client-frames.js';
import { Opcode } from './server-frames.js';

/**
 * Something that no client may send, and the code of the close frame that fails the connection for it (RFC 6455,
 * 7.1.7).
 */
export interface Breach {
  readonly rule: RuleId;
  /** What was wrong, without ids or sizes, so that equal faults have the same text. */
  readonly symptom: SymptomName;
  /** The offending values. */
  readonly detail: string;
  readonly code: number;
}

/** Close codes (RFC 6455, 7.4.1). */
const PROTOCOL_ERROR = 1002;
const UNSUPPORTED_DATA = 1003;
const INVALID_PAYLOAD = 1007;
const TOO_BIG = 1009;
const MAX_CONTROL_BYTES = 125;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Checks the frames of one WebSocket, in order, by RFC 6455, section 5, and by W1 and W2. */
export class FrameRules {
  #isFragmented = false;

  /** What is wrong with the next frame, according to its header. */
  breaches(header: FrameHeader): Breach[] {
    const { opcode, fin, reserved, masked, length } = header;
    const found: Breach[] = [];
    const invalid = (symptom: SymptomName, detail: string): void => {
      found.push({ rule: 'W6', symptom, detail, code: PROTOCOL_ERROR });
    };
    if (!masked) invalid('frame-unmasked', `opcode ${opcode}`);
    if (reserved !== 0) invalid('reserved-bits-set', `${reserved}`);
    if (opcode >= Opcode.CLOSE) {
      if (opcode > Opcode.PONG) invalid('control-opcode-reserved', `opcode ${opcode}`);
      if (!fin || length > MAX_CONTROL_BYTES) {
        invalid('control-frame-invalid', `opcode ${opcode}, ${length} bytes`);
      }
      return found;
    }
    if (opcode > Opcode.BINARY) invalid('data-opcode-reserved', `opcode ${opcode}`);
    else if (opcode === Opcode.CONTINUATION && !this.#isFragmented) {
      invalid('continues-nothing', `${length} bytes`);
    } else if (opcode !== Opcode.CONTINUATION && this.#isFragmented) {
      invalid('message-within-message', `opcode ${opcode}`);
    }
    this.#isFragmented = !fin;
    const detail = `${length} bytes`;
    if (opcode === Opcode.TEXT) {
      found.push({ rule: 'W1', symptom: 'text-message-sent', detail, code: UNSUPPORTED_DATA });
    }
    if (length > MAX_WEBSOCKET_FRAME_BYTES) {
      const symptom = 'frame-too-large';
      found.push({ rule: 'W2', symptom, detail, code: TOO_BIG });
    }
    return found;
  }
}

/** What is wrong with the payload of a close frame that is not an answer (RFC 6455, 5.5.1 and 7.4). */
export function breachOfClose(payload: Uint8Array): Breach | undefined {
  if (payload.length === 0) return undefined;
  const code = payload.length === 1 ? undefined : (payload[0]! << 8) | payload[1]!;
  if (code === undefined || !mayBeSent(code)) {
    const detail = code === undefined ? 'half a code' : `code ${code}`;
    return { rule: 'W6', symptom: 'close-code-invalid', detail, code: PROTOCOL_ERROR };
  }
  try {
    strictUtf8.decode(payload.subarray(2));
    return undefined;
  } catch {
    const symptom = 'close-reason-invalid';
    return { rule: 'W6', symptom, detail: `code ${code}`, code: INVALID_PAYLOAD };
  }
}

/** The codes 1004 to 1006 and 1015 must not be sent, and 1016 to 2999 are not assigned (RFC 6455, 7.4; IANA). */
function mayBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code < 5000);
}
