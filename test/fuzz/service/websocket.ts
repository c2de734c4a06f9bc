import fc from 'fast-check';
import { runCases } from '../cases.js';
import type { Part } from '../part.js';
import { hexBytes, ofHex } from './inputs.js';
import { anyTunnelBytes } from './tunnel-messages.js';
import { handshake, SIDES, VERSIONS, withTunnel } from './tunnel-sides.js';

/** A WebSocket frame with each part of its head chosen for itself. */
const frame = fc.record({
  fin: fc.boolean(),
  reserved: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 7 }) }),
  opcode: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(0, 2, 2, 2) },
    { weight: 3, arbitrary: fc.constantFrom(1, 8, 9, 10) },
    { weight: 1, arbitrary: fc.nat({ max: 15 }) },
  ),
  masked: fc.oneof(
    { weight: 12, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  payload: fc.oneof(anyTunnelBytes, hexBytes(130), fc.constantFrom('', '03e8', '03e9', '0000', '03e8ff')),
  /** How many bytes more than there are the length announces; and in how many bytes it is written. */
  excess: fc.oneof(
    { weight: 9, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -3, max: 70_000 }) },
  ),
  lengthBytes: fc.constantFrom(1, 1, 1, 2, 8),
});
type Frame = typeof frame extends fc.Arbitrary<infer T> ? T : never;

const input = fc.record({
  side: fc.constantFrom(...SIDES),
  version: fc.constantFrom(...VERSIONS),
  tls: fc.boolean(),
  /** Frames in the same packet as the handshake, or after its answer. */
  waits: fc.boolean(),
  frames: fc.array(frame, { minLength: 1, maxLength: 12 }),
  /** Where the bytes are cut into packets. */
  packets: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 6 }),
  end: fc.constantFrom('end', 'end', 'reset', 'stop reading'),
});

/** WebSocket frames behind a right handshake. */
export const websocket: Part = {
  name: 'websocket',
  run: (options) =>
    runCases(
      {
        name: 'websocket',
        unit: 'WebSocket frames',
        input,
        async run({ side, version, tls, waits, frames, packets, end }, subjects) {
          const service = await subjects.service();
          await withTunnel(service, ['SSH'], async (tunnel) => {
            const socket = service.connect(tls);
            socket.write(handshake(side, tunnel[side], version));
            if (waits) await socket.answered();
            if (end === 'stop reading') socket.stopReading();
            let rest = Buffer.concat(frames.map(bytesOf));
            for (const size of packets) {
              socket.write(rest.subarray(0, size));
              rest = rest.subarray(size);
              await service.check();
            }
            socket.write(rest);
            if (end === 'reset') socket.reset();
            else service.finish(socket);
            await service.check();
          });
          return frames.length;
        },
      },
      options,
    ),
};

function bytesOf({ fin, reserved, opcode, masked, payload, excess, lengthBytes }: Frame): Buffer {
  const body = ofHex(payload);
  const length = Math.max(0, body.length + excess);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  const head = Buffer.alloc(10);
  head[0] = first;
  let size = 2;
  if (lengthBytes === 8) {
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
    size = 10;
  } else if (lengthBytes === 2 || length > 125) {
    head[1] = maskBit | 126;
    head.writeUInt16BE(length & 0xffff, 2);
    size = 4;
  } else head[1] = maskBit | length;
  // A mask of zeros leaves the payload as it reads.
  return Buffer.concat([head.subarray(0, size), Buffer.alloc(masked ? 4 : 0), body]);
}
