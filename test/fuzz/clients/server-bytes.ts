import fc from 'fast-check';
import { rawFrame } from '../../support/raw-websocket.js';
import { hexBytes, ofHex } from '../service/inputs.js';
import { anyTunnelBytes } from '../service/tunnel-messages.js';

/** A WebSocket frame as a service that knows no rule sends it. */
const frame = fc
  .record({
    fin: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    reserved: fc.oneof(
      { weight: 30, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.nat({ max: 7 }) },
    ),
    opcode: fc.oneof(
      { weight: 20, arbitrary: fc.constant(2) },
      { weight: 4, arbitrary: fc.constantFrom(9, 10) },
      { weight: 1, arbitrary: fc.nat({ max: 15 }) },
    ),
    masked: fc.oneof(
      { weight: 40, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    payload: fc.oneof({ weight: 6, arbitrary: anyTunnelBytes }, { weight: 1, arbitrary: hexBytes(130) }),
  })
  .map(({ fin, reserved, opcode, masked, payload }) =>
    rawFrame(opcode, ofHex(payload), { fin, reserved, masked, mask: Buffer.alloc(4) }).toString('hex'),
  );

/** What a hostile service sends behind its 101, and how it ends. */
export const anySession = fc.record({
  /** SERVICE_IDS first, as the protocol has it; with other ids; or none. */
  serviceIds: fc.oneof(
    { weight: 6, arbitrary: fc.constant(['SSH']) },
    { weight: 1, arbitrary: fc.constantFrom([], ['SSH', 'HTTP'], ['']) },
  ),
  frames: fc.array(frame, { minLength: 1, maxLength: 30 }),
  /** Sizes of the packets. */
  packets: fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 6 }),
  end: fc.constantFrom('end', 'reset', 'close frame', 'cut'),
});

export interface HostileSession {
  readonly serviceIds: readonly string[];
  readonly frames: readonly string[];
  readonly packets: readonly number[];
  readonly end: string;
}

/** The bytes of a session in packets. */
export function packetsOf({ frames, packets, end }: HostileSession): Buffer[] {
  let bytes = Buffer.concat(frames.map(ofHex));
  if (end === 'cut') bytes = bytes.subarray(0, -1);
  if (end === 'close frame')
    bytes = Buffer.concat([bytes, rawFrame(8, Buffer.from('03f3', 'hex'), { masked: false })]);
  const out: Buffer[] = [];
  for (const size of packets) {
    out.push(bytes.subarray(0, size));
    bytes = bytes.subarray(size);
  }
  return [...out, bytes];
}
