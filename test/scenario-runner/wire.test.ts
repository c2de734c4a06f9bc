import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage, MessageType, message } from '../../src/protocol/index.js';
import { ARRIVALS, arrange } from '../../src/scenario-runner/wire/arrival.js';
import { type ClientFrame, ClientFrameReader } from '../../src/scenario-runner/wire/client-frames.js';
import { WireMonitor } from '../../src/scenario-runner/wire/monitor.js';
import { encodeServerFrame } from '../../src/scenario-runner/wire/server-frames.js';
import { anyChunking } from '../support/arbitraries.js';

describe('the WebSocket frames of the suite', () => {
  it('are read as they were written, in any chunks, masked or not', () => {
    const frame = fc.record({
      opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
      fin: fc.boolean(),
      reserved: fc.nat({ max: 7 }),
      payload: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(70_000))),
      mask: fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 }), { nil: undefined }),
    });
    const frames = fc.array(frame, { minLength: 1, maxLength: 4 });
    const cutFrames = frames.chain((list) => {
      const bytes = Buffer.concat(
        list.map(({ mask, ...rest }) => encodeServerFrame({ ...rest, ...(mask !== undefined && { mask }) })),
      );
      return fc.tuple(fc.constant(list), anyChunking(bytes));
    });
    fc.assert(
      fc.property(cutFrames, ([list, chunks]) => {
        const seen: ClientFrame[] = [];
        const reader = new ClientFrameReader((read) => seen.push(read));
        for (const chunk of chunks) reader.push(Buffer.from(chunk));
        expect(seen.map(({ payload }) => payload.toString('hex'))).toEqual(
          list.map(({ payload }) => Buffer.from(payload).toString('hex')),
        );
        expect(seen.map(({ masked }) => masked)).toEqual(list.map(({ mask }) => mask !== undefined));
        expect(seen.map(({ reserved }) => reserved)).toEqual(list.map(({ reserved }) => reserved));
      }),
      { numRuns: 50 },
    );
  });
});

describe('ways of arriving', () => {
  it.each(ARRIVALS)('%s carries the same bytes', (arrival) => {
    const parcel = {
      before: Buffer.from('before'),
      subject: Buffer.from('the subject'),
      after: Buffer.from('x'),
    };
    const data = arrange(arrival, parcel).filter(({ opcode }) => opcode < 8);
    expect(Buffer.concat(data.map(({ payload }) => payload)).toString()).toBe('beforethe subjectx');
    expect(data.at(-1)?.fin ?? true).toBe(true);
  });
});

describe('the monitor', () => {
  const judge = (side: 'source' | 'destination', ...values: Parameters<typeof message>[0][]): string[] => {
    const monitor = new WireMonitor(side, 'V2', () => ['SSH']);
    for (const fields of values) {
      const bytes = encodeMessage(message(fields));
      monitor.message(message(fields), bytes, 0, bytes.length);
    }
    return monitor.offences.map(({ rule }) => rule);
  };
  const start = { type: MessageType.STREAM_START, streamId: 1, serviceId: 'SSH' };
  const data = { type: MessageType.DATA, streamId: 1, serviceId: 'SSH', payload: Buffer.from('x') };

  it('finds nothing in what the rules allow', () => {
    expect(judge('source', start, data, { ...start, type: MessageType.STREAM_RESET })).toEqual([]);
    expect(judge('source', { ...start, serviceId: '' }, { ...data, serviceId: '' })).toEqual([]);
    expect(judge('source', { ...start, streamId: -5 }, { ...data, streamId: -5 })).toEqual([]);
  });

  it.each([
    ['M1', 'source', [{ type: 0 }]],
    ['M2', 'source', [{ ...start, streamId: 0 }]],
    ['M3', 'source', [start, { ...data, payload: new Uint8Array(64_513) }]],
    ['M4', 'destination', [start]],
    ['M5', 'source', [{ type: MessageType.SESSION_RESET }]],
    ['M7', 'source', [{ ...start, serviceId: 'NONE' }]],
    ['M8', 'source', [start, { ...data, serviceId: '' }]],
    ['M9', 'source', [data]],
  ] as const)('finds a breach of %s', (rule, side, values) => {
    expect(judge(side, ...values)).toContain(rule);
  });
});
