import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameAssembler } from '../../../src/mock-service/data-plane/frame-assembler.js';
import { createReframer } from '../../../src/mock-service/data-plane/reframing.js';
import type { Reframing } from '../../../src/mock-service/data-plane/reframing-schema.js';
import { anyChunking } from '../../support/arbitraries.js';

/** A frame as the assembler sees one: a length and so many bytes. */
function frame(size: number, fill: number): Buffer {
  const bytes = Buffer.alloc(2 + size, fill);
  bytes.writeUInt16BE(size, 0);
  return bytes;
}

/** Sends pieces, message ends ('|') and fragment ends ('/') through assembler and re-framing; gives the messages that come out. */
function relay(
  input: readonly (Uint8Array | '|' | '/')[],
  reframing: Reframing = { mode: 'as-sent' },
  refuse: (frame: Buffer) => boolean = () => false,
): Buffer[] {
  const messages: Buffer[] = [];
  const later: (() => void)[] = [];
  const reframer = createReframer(
    reframing,
    (parts, length) => {
      const message = Buffer.concat(parts);
      expect(message.length).toBe(length);
      messages.push(message);
    },
    (run) => later.push(run),
  );
  const offence = { rule: 'M1', force: 'MUST', what: 'refused' } as const;
  const assembler = new FrameAssembler(
    (bytes, start, end) => (refuse(bytes.subarray(start - 2, end)) ? offence : undefined),
    {
      relay: (frames, cuts) => reframer.frames(frames, cuts),
      boundary: () => reframer.boundary(),
    },
  );
  for (const item of input) {
    if (item === '|') assembler.boundary();
    else if (item === '/') assembler.fragmentEnd();
    else assembler.push(Buffer.from(item));
  }
  for (const run of later) run();
  reframer.flush();
  return messages;
}

const anyFrames = fc
  .array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 255 })), { maxLength: 8 })
  .map((sizes) => sizes.map(([size, fill]) => frame(size, fill)));
const anyReframing: fc.Arbitrary<Reframing> = fc.oneof(
  fc.constantFrom<Reframing>({ mode: 'as-sent' }, { mode: 'merge' }, { mode: 'one-per-message' }),
  fc
    .array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 })
    .map((sizes) => ({ mode: 'split' as const, sizes })),
  fc.record({
    mode: fc.constant('split' as const),
    maxBytes: fc.integer({ min: 1, max: 99 }),
    seed: fc.nat(),
  }),
);

describe('the relay of whole frames', () => {
  it('gives the bytes as they were, in order, whatever the chunking and the re-framing', () => {
    const anyCase = anyFrames.chain((frames) =>
      fc.record({
        bytes: fc.constant(Buffer.concat(frames)),
        chunks: anyChunking(Buffer.concat(frames)),
        ends: fc.infiniteStream(fc.constantFrom([], ['|' as const], ['/' as const])),
        reframing: anyReframing,
      }),
    );
    fc.assert(
      fc.property(anyCase, ({ bytes, chunks, ends, reframing }) => {
        const input = chunks.flatMap((chunk) => [chunk, ...ends.next().value]);
        expect(Buffer.concat(relay(input, reframing))).toEqual(bytes);
      }),
    );
  });

  it('joins the fragments of a frame into one message (W4)', () => {
    const whole = frame(10, 1);
    const parts = [whole.subarray(0, 1), whole.subarray(1, 7), whole.subarray(7)] as const;
    expect(relay([parts[0], '/', parts[1], '/', parts[2], '|', frame(1, 2), '|'])).toEqual([
      whole,
      frame(1, 2),
    ]);
  });

  it('lets no whole frame wait for the end of a fragmented message, and adds no message at that end', () => {
    const [one, two] = [frame(5, 1), frame(5, 2)];
    const start = [Buffer.concat([one, two.subarray(0, 3)]), '/'] as const;
    expect(relay(start)).toEqual([one]);
    expect(relay([...start, two.subarray(3), '/', Buffer.alloc(0), '|'])).toEqual([one, two]);
  });

  it('holds back half a frame, and nothing but it', () => {
    const [one, two] = [frame(5, 1), frame(5, 2)];
    expect(relay([Buffer.concat([one, two.subarray(0, 6)]), '|'])).toEqual([one]);
    expect(relay([one.subarray(0, 1), '|'])).toEqual([]);
  });

  it('keeps message ends as sent; a frame cut by one keeps its cut', () => {
    const [one, two, three] = [frame(5, 1), frame(5, 2), frame(5, 3)];
    const cut = [
      Buffer.concat([one, two.subarray(0, 3)]),
      '|',
      Buffer.concat([two.subarray(3), three]),
      '|',
    ] as const;
    expect(relay(cut)).toEqual([one, two.subarray(0, 3), Buffer.concat([two.subarray(3), three])]);
  });

  it('keeps empty messages', () => {
    expect(relay([frame(0, 0), '|', '|', frame(1, 1), '|']).map((message) => message.length)).toEqual([
      2, 0, 3,
    ]);
  });

  it('relays what came before a frame that is refused, and nothing from it on', () => {
    const frames = [frame(3, 1), frame(3, 2), frame(3, 3)];
    const refuse = (bytes: Buffer) => bytes[2] === 2;
    expect(relay([Buffer.concat(frames), '|', frames[0]!], undefined, refuse)).toEqual([frames[0]]);
    expect(
      relay([Buffer.concat(frames).subarray(0, 7), Buffer.concat(frames).subarray(7)], undefined, refuse),
    ).toEqual([frames[0]]);
  });

  it('merges what is ready into messages of at most 131076 bytes, without cutting a frame', () => {
    const frames = [frame(60_000, 1), frame(60_000, 2), frame(60_000, 3)];
    const merged = relay([frames[0]!, '|', frames[1]!, '|', frames[2]!, '|'], { mode: 'merge' });
    expect(merged.map((message) => message.length)).toEqual([120_004, 60_002]);
  });

  it('gives each frame a message of its own', () => {
    const frames = [frame(3, 1), frame(0, 2), frame(9, 3)];
    expect(relay([Buffer.concat(frames)], { mode: 'one-per-message' })).toEqual(frames);
  });

  it('splits by given sizes in turn, and by random ones the same way for the same seed', () => {
    const bytes = Buffer.concat([frame(10, 1), frame(10, 2)]);
    const lengths = (reframing: Reframing) => relay([bytes], reframing).map((message) => message.length);
    expect(lengths({ mode: 'split', sizes: [1, 5] })).toEqual([1, 5, 1, 5, 1, 5, 1, 5]);
    const random = { mode: 'split', maxBytes: 6, seed: 'seed' } as const;
    expect(lengths(random)).toEqual(lengths(random));
    expect(Math.max(...lengths(random))).toBeLessThanOrEqual(6);
    expect(lengths(random)).not.toEqual(lengths({ ...random, seed: 'other' }));
  });
});
