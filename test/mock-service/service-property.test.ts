import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, MessageType, message } from '../../src/protocol/index.js';
import { encodeWithReference } from '../../src/protocol/reference/index.js';
import { type ServiceForRaw, startForRaw } from '../support/raw-pair.js';
import { type RawClient, rawFrame } from '../support/raw-websocket.js';

/** A frame by protobufjs, so that the relay is held to other bytes than our own codec's. */
function frameOf(value: Message): Buffer {
  const bytes = encodeWithReference(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

const data = (payload: Uint8Array): Buffer =>
  frameOf(message({ type: MessageType.DATA, streamId: 1, serviceId: 'SSH', connectionId: 1, payload }));
const START = frameOf(
  message({ type: MessageType.STREAM_START, streamId: 1, serviceId: 'SSH', connectionId: 1 }),
);

const anyPayload = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 60_000, max: 64_512 }).map((length) => new Uint8Array(length).fill(7)),
  },
);
const anyFrames = fc.array(anyPayload.map(data), { maxLength: 12 });

/** How one side lays its bytes out: sizes of WebSocket frames in turn, which of them end a message, where it pings. */
const anyLayout = fc.record({
  sizes: fc.array(fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 131_076 })), { minLength: 1, maxLength: 6 }),
  ends: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
  pings: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
  writes: fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 }),
});
type Layout = typeof anyLayout extends fc.Arbitrary<infer T> ? T : never;

const anyReframing = fc.oneof(
  fc.constantFrom(
    { mode: 'as-sent' as const },
    { mode: 'merge' as const },
    { mode: 'one-per-message' as const },
  ),
  fc
    .array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 3 })
    .map((sizes) => ({ mode: 'split' as const, sizes })),
  fc.record({
    mode: fc.constant('split' as const),
    maxBytes: fc.integer({ min: 1, max: 5000 }),
    seed: fc.nat(),
  }),
);

/** Client frames that carry the bytes; empty ones, continuations and pings as the layout has it. */
function layOut(bytes: Buffer, { sizes, ends, pings }: Layout): Buffer {
  const frames: Buffer[] = [];
  let inMessage = false;
  const add = (payload: Buffer, fin: boolean, ping: boolean) => {
    frames.push(rawFrame(inMessage ? 0 : 2, payload, { fin }));
    if (ping) frames.push(rawFrame(9, 'p'));
    inMessage = !fin;
  };
  let at = 0;
  for (let nth = 0; at < bytes.length; nth++) {
    // Small pieces for a while, then large ones: a byte a frame for 64 KB would test nothing more.
    const size = nth < 100 ? sizes[nth % sizes.length]! : 131_076;
    add(bytes.subarray(at, at + size), ends[nth % ends.length]!, pings[nth % pings.length]!);
    at += size;
  }
  add(Buffer.alloc(0), true, false);
  return Buffer.concat(frames);
}

function write(client: RawClient, wire: Buffer, { writes }: Layout): void {
  let at = 0;
  for (let nth = 0; at < wire.length; nth++) {
    const size = nth < 50 ? writes[nth % writes.length]! : wire.length;
    client.write(wire.subarray(at, at + size));
    at += size;
  }
}

/** Tunnel bytes among pongs, until there are so many. */
async function tunnelBytes(client: RawClient, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let got = 0; got < count; ) {
    const { opcode, payload, fin } = await client.frame();
    expect(fin && (opcode === 2 || opcode === 10)).toBe(true);
    if (opcode !== 2) continue;
    expect(payload.length).toBeLessThanOrEqual(131_076);
    parts.push(payload);
    got += payload.length;
  }
  return Buffer.concat(parts);
}

describe('the relay', () => {
  let raw: ServiceForRaw;
  beforeAll(async () => {
    raw = await startForRaw();
  });
  afterAll(() => raw.stop());

  it('gives the frames of both sides byte for byte and in order, in any chunking and re-framing (W4)', async () => {
    const anyCase = fc.record({
      there: anyFrames,
      back: anyFrames,
      layoutThere: anyLayout,
      layoutBack: anyLayout,
      reframing: fc.tuple(anyReframing, anyReframing),
    });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ there, back, layoutThere, layoutBack, reframing }) => {
        const { source, destination, tunnel } = await raw.pair();
        source.binary(START);
        await destination.frame();
        raw.service.session(tunnel.id, 'destination')!.setReframing(reframing[0]);
        raw.service.session(tunnel.id, 'source')!.setReframing(reframing[1]);
        const [bytesThere, bytesBack] = [Buffer.concat(there), Buffer.concat(back)];
        write(source, layOut(bytesThere, layoutThere), layoutThere);
        write(destination, layOut(bytesBack, layoutBack), layoutBack);
        const got = await Promise.all([
          tunnelBytes(destination, bytesThere.length),
          tunnelBytes(source, bytesBack.length),
        ]);
        expect(got[0].equals(bytesThere)).toBe(true);
        expect(got[1].equals(bytesBack)).toBe(true);
        raw.service.closeTunnel(tunnel.id);
        for (const client of [source, destination]) client.destroy();
      }),
      { numRuns: 15 },
    );
  });
});
