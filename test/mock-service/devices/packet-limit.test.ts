import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { expect, it } from 'vitest';
import { PacketLimit } from '../../../src/mock-service/devices/packet-limit.js';

const packetOf = (bytes: number) => {
  const packet = generate({
    cmd: 'publish',
    topic: 't',
    payload: Buffer.alloc(bytes),
    qos: 0,
    retain: false,
    dup: false,
  });
  return packet;
};

/** Runs bytes through in pieces of `size`. */
async function through(bytes: Buffer, size: number, maxBytes: number): Promise<Buffer> {
  const limit = new PacketLimit(maxBytes);
  const out = buffer(limit);
  for (let at = 0; at < bytes.length; at += size) limit.write(bytes.subarray(at, at + size));
  limit.end();
  return out;
}

it('passes packets of any length up to the limit, cut anyhow', async () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(lengths, fc.integer({ min: 97, max: 5000 }), async (payloads, size) => {
      const bytes = Buffer.concat(payloads.map(packetOf));
      expect((await through(bytes, size, 20_003)).equals(bytes)).toBe(true);
    }),
  );
});

it('fails at the first that is longer, before its body comes', async () => {
  const bytes = Buffer.concat([packetOf(10), packetOf(20_001).subarray(0, 5)]);
  for (const size of [1, 2, 1000]) {
    await expect(through(bytes, size, 20_003)).rejects.toThrow('over 20003 bytes');
  }
});

it('fails at a length of more than four bytes', async () => {
  await expect(through(Buffer.from('308080808001', 'hex'), 1, 10)).rejects.toThrow('malformed');
});
