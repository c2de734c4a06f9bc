import { describe, expect, it } from 'vitest';
import { EventHub, judgeFrame, StreamLedger } from '../../../src/mock-service/tunnels/index.js';
import { encodeMessage, MessageScanner, message } from '../../../src/protocol/index.js';
import { connectionReset, connectionStart, data, HTTP, reset, SSH, start, startLedger } from './frames.js';

const IN_ORDER = undefined;
const broken = (rule: string, force = 'MUST') => expect.objectContaining({ rule, force });
const unknownField = Uint8Array.from([0x08, 1, 0x10, 1, 0x40, 1]);

describe.each([
  ['V1', {}],
  ['V2', SSH],
  ['V3', { ...SSH, connectionId: 1 }],
])('rules of a single message, format %s', (_format, ids) => {
  it.each(['source', 'destination'] as const)('M1: UNKNOWN from the %s', (side) => {
    const { judge } = startLedger();
    expect(judge(side, message({ ...ids }))).toEqual(broken('M1'));
    expect(judge(side, message({ ...ids, ignorable: true }))).toEqual(broken('M1'));
  });

  it.each([start, data, reset, connectionStart, connectionReset])('M2: stream id 0, %#', (make) => {
    expect(startLedger().source(make(0, ids))).toEqual(broken('M2'));
  });

  it('M2: a negative stream id is legal', () => {
    const { source, destination } = startLedger();
    expect([source(start(-5, ids)), source(data(-5, ids)), destination(data(-5, ids))]).toEqual([
      IN_ORDER,
      IN_ORDER,
      IN_ORDER,
    ]);
  });

  it('M3: 64512 bytes of payload are legal, one more is not, also on a running stream', () => {
    const { source } = startLedger();
    source(start(1, ids));
    expect(source(data(1, { ...ids, payload: new Uint8Array(64_512) }))).toBe(IN_ORDER);
    expect(source(data(1, { ...ids, payload: new Uint8Array(64_513) }))).toEqual(broken('M3'));
  });

  it('M4: a destination starts nothing', () => {
    const { source, destination } = startLedger();
    source(start(1, ids));
    expect(destination(start(2, ids))).toEqual(broken('M4'));
    expect(destination(connectionStart(1, ids))).toEqual(broken('M4'));
  });

  it.each(['source', 'destination'] as const)('M5: SESSION_RESET and SERVICE_IDS from the %s', (side) => {
    const { judge } = startLedger();
    expect(judge(side, message({ type: 4, ...ids }))).toEqual(broken('M5'));
    expect(judge(side, message({ type: 5, availableServiceIds: ['SSH'], ...ids }))).toEqual(broken('M5'));
  });

  it('M6: a field outside the schema, also on a running stream and in an ignorable message', () => {
    const { source, judgeBytes } = startLedger();
    source(start(1, ids));
    const field8 = [0x40, 1];
    for (const sent of [data(1, ids), message({ type: 99, ignorable: true, ...ids })]) {
      const bytes = Uint8Array.from([...encodeMessage(sent), ...field8]);
      expect(judgeBytes('source', bytes)).toEqual(broken('M6'));
    }
  });

  it('M10: an unknown type is relayed if ignorable, and an error if not', () => {
    const { source, destination } = startLedger();
    for (const type of [8, 2 ** 31 - 1, -1]) {
      expect(source(message({ type, ignorable: true, ...ids }))).toBe(IN_ORDER);
      expect(destination(message({ type, ...ids }))).toEqual(broken('M10'));
    }
  });
});

describe('rules of a single message', () => {
  it('M6: a known field with another wire type is outside the schema', () => {
    expect(startLedger().judgeBytes('source', Uint8Array.from([0x0a, 0]))).toEqual(broken('M6'));
    expect(startLedger().judgeBytes('source', unknownField)).toEqual(broken('M6'));
  });

  it('M11: bytes that do not parse', () => {
    const { judgeBytes, source } = startLedger();
    source(start(1, SSH));
    expect(judgeBytes('source', Uint8Array.from([0x22, 9, 1]))).toEqual(broken('M11'));
    expect(judgeBytes('destination', Uint8Array.from([0x2a, 1, 0xff]))).toEqual(broken('M11'));
  });

  it('M1: an empty message has type UNKNOWN', () => {
    expect(startLedger().judgeBytes('source', new Uint8Array(0))).toEqual(broken('M1'));
  });

  it('M12: an empty service id and a connection id of 0 on the wire count as absent', () => {
    const { judgeBytes, source, ledger } = startLedger();
    source(start(1));
    const explicit = Uint8Array.from([...encodeMessage(data(1)), 0x2a, 0, 0x38, 0]);
    expect(judgeBytes('source', explicit)).toBe(IN_ORDER);
    expect(ledger.liveStreams()).toMatchObject([{ format: 'V1', serviceId: '' }]);
  });

  it('says what is wrong without payload', () => {
    const { source } = startLedger();
    const payload = new TextEncoder().encode('secret');
    expect(JSON.stringify(source(data(0, { payload })))).not.toMatch(/secret/);
  });
});

describe('M7: the services of the tunnel', () => {
  it('STREAM_START names one of them, or none', () => {
    expect(startLedger().source(start(1, SSH))).toBe(IN_ORDER);
    expect(startLedger().source(start(1))).toBe(IN_ORDER);
    expect(startLedger().source(start(1, { serviceId: 'ssh' }))).toEqual(broken('M7'));
    expect(startLedger().source(start(1, { serviceId: 'FTP', connectionId: 1 }))).toEqual(broken('M7'));
  });

  it('any name is right where the tunnel was opened without services', () => {
    expect(startLedger([]).source(start(1, { serviceId: 'ANY' }))).toBe(IN_ORDER);
  });
});

describe('M8: service ids are kept or kept away', () => {
  it('after a start without, no message names one', () => {
    for (const make of [start, data, reset, connectionStart, connectionReset]) {
      const { source } = startLedger();
      source(start(1));
      expect(source(make(1, SSH))).toEqual(broken('M8'));
    }
  });

  it('after a start with one, a source does not drop it', () => {
    for (const make of [data, reset, connectionReset]) {
      const { source } = startLedger();
      source(start(1, { ...SSH, connectionId: 1 }));
      expect(source(make(1))).toEqual(broken('M8'));
    }
  });

  it('a V1 destination answers a V2 stream without service id', () => {
    const { source, destination } = startLedger();
    source(start(1, SSH));
    expect([destination(data(1)), destination(data(1)), destination(reset(1))]).toEqual([
      IN_ORDER,
      IN_ORDER,
      IN_ORDER,
    ]);
  });

  it('a destination that has named a service does not drop it, and one answering V1 names none', () => {
    const named = startLedger();
    named.source(start(1, SSH));
    named.destination(data(1, SSH));
    expect(named.destination(data(1))).toEqual(broken('M8'));
    const unnamed = startLedger();
    unnamed.source(start(1));
    expect(unnamed.destination(data(1, SSH))).toEqual(broken('M8'));
  });

  it('a destination may begin to name services, but not go back and forth', () => {
    const { source, destination } = startLedger();
    source(start(1, SSH));
    expect([destination(data(1)), destination(data(1, SSH))]).toEqual([IN_ORDER, IN_ORDER]);
    expect(destination(data(1))).toEqual(broken('M8'));
  });

  it('is told once where the start that breaks it is relayed all the same', () => {
    const { source, track } = startLedger();
    source(start(1));
    expect(source(start(2, SSH))).toEqual(broken('M8'));
    track('source', start(2, SSH));
    expect(source(data(2, SSH))).toBe(IN_ORDER);
  });

  it('a destination may answer late what an earlier source began in another format', () => {
    const { source, destination, ledger } = startLedger();
    source(start(1, SSH));
    destination(data(1, SSH));
    ledger.sessionEnded('source');
    ledger.sessionStarted('source');
    source(start(2));
    expect([destination(data(1, SSH)), destination(data(2))]).toEqual([IN_ORDER, IN_ORDER]);
  });

  it('is a rule of one session: a source that has reconnected may name services anew', () => {
    const { source, ledger } = startLedger();
    source(start(1));
    ledger.sessionEnded('source');
    ledger.sessionStarted('source');
    expect(source(start(1, SSH))).toBe(IN_ORDER);
  });
});

describe('M9: DATA names a service that was started', () => {
  it.each(['source', 'destination'] as const)('is broken by DATA before any start, from the %s', (side) => {
    expect(startLedger().judge(side, data(1, SSH))).toEqual(broken('M9'));
    expect(startLedger().judge(side, data(1))).toEqual(broken('M9'));
  });

  it.each(['source', 'destination'] as const)(
    'is broken by DATA for another service, from the %s',
    (side) => {
      const { judge, source } = startLedger();
      source(start(1, SSH));
      expect(judge(side, data(1, HTTP))).toEqual(broken('M9'));
      expect(judge(side, data(1, { serviceId: 'x\ny'.repeat(100) }))!.what.length).toBeLessThan(300);
    },
  );

  it('S7: is kept by DATA for a stream that has ended, which its receiver drops', () => {
    const { source, destination } = startLedger();
    source(start(1, SSH));
    destination(reset(1, SSH));
    expect(source(data(1, SSH))).toBe(IN_ORDER);
    source(start(2, SSH));
    expect(destination(data(1, SSH))).toBe(IN_ORDER);
  });

  it('is reported, not enforced, for a stream id that was never started on a known service', () => {
    const { source, destination } = startLedger();
    source(start(1, SSH));
    expect(source(data(7, SSH))).toEqual(broken('M9', 'SHOULD'));
    expect(destination(data(7))).toEqual(broken('M9', 'SHOULD'));
  });

  it('gives every id the benefit of the doubt once more streams ended than are remembered', () => {
    const { source } = startLedger();
    for (let id = 1; id <= 10_002; id++) source(start(id, SSH));
    expect(source(data(1, SSH))).toBe(IN_ORDER);
    expect(source(data(999_999, SSH))).toBe(IN_ORDER);
  });

  it('gives every name the benefit of the doubt once more names were used than are followed', () => {
    const { source, ledger } = startLedger([]);
    for (let i = 0; i < 300; i++) source(start(1, { serviceId: `S${i}` }));
    expect(source(data(1, { serviceId: 'S299' }))).toBe(IN_ORDER);
    expect(ledger.liveStreams()).toHaveLength(256);
  });
});

describe('M13: the format is not changed in mid-session', () => {
  it('a source that named services does not start a stream without', () => {
    const { source } = startLedger();
    source(start(1, SSH));
    expect(source(start(2))).toEqual(broken('M13'));
  });

  it('CONNECTION_START and CONNECTION_RESET do not belong on a stream that began without connection id', () => {
    for (const [ids, make] of [
      [SSH, connectionStart],
      [SSH, connectionReset],
      [{}, connectionStart],
    ] as const) {
      const { source } = startLedger();
      source(start(1, ids));
      expect(source(make(1, { ...ids, connectionId: 2 }))).toEqual(broken('M13'));
    }
  });

  it('X3: a connection id on DATA of such a stream is only ignored, so it is only reported', () => {
    const { source, destination } = startLedger();
    source(start(1, SSH));
    expect(source(data(1, { ...SSH, connectionId: 1 }))).toEqual(broken('M13', 'SHOULD'));
    expect(destination(data(1, { ...SSH, connectionId: 1 }))).toEqual(broken('M13', 'SHOULD'));
  });

  it('X2, X3: the streams of one session may begin with and without connection id', () => {
    const { source } = startLedger();
    expect(source(start(1, { ...SSH, connectionId: 1 }))).toBe(IN_ORDER);
    expect(source(start(2, SSH))).toBe(IN_ORDER);
    expect(source(data(2, SSH))).toBe(IN_ORDER);
    expect(source(start(1, { ...HTTP, connectionId: 1 }))).toBe(IN_ORDER);
    expect(source(data(1, { ...HTTP, connectionId: 1 }))).toBe(IN_ORDER);
  });

  it('X4: messages without connection id pass after a start with one', () => {
    const { source, destination } = startLedger();
    source(start(1, { ...SSH, connectionId: 1 }));
    expect([source(data(1, SSH)), destination(data(1, SSH)), source(connectionReset(1, SSH))]).toEqual([
      IN_ORDER,
      IN_ORDER,
      IN_ORDER,
    ]);
  });

  it('a destination may answer late an older V3 stream that had the same id', () => {
    const { source, destination } = startLedger();
    source(start(1, { ...SSH, connectionId: 1 }));
    source(start(1, SSH));
    expect(destination(data(1, { ...SSH, connectionId: 1 }))).toBe(IN_ORDER);
    expect(destination(connectionReset(1, { ...SSH, connectionId: 1 }))).toBe(IN_ORDER);
  });

  it('a STREAM_RESET may carry a left-over connection id', () => {
    const { source, destination } = startLedger();
    source(start(1, SSH));
    expect(destination(reset(1, { ...SSH, connectionId: 1 }))).toBe(IN_ORDER);
  });
});

describe('DATA on a running stream', () => {
  it.each([
    ['V1', {}, {}],
    ['V2', SSH, SSH],
    ['V2 answered by V1', SSH, {}],
    ['V3', { ...SSH, connectionId: 1 }, { ...SSH, connectionId: 1 }],
  ])('is judged without allocation: %s', (_format, out, back) => {
    const ledger = new StreamLedger({
      tunnelId: 't',
      services: () => ['HTTP', 'SSH'],
      events: new EventHub(() => 0),
      now: () => 0,
    });
    const scanner = new MessageScanner();
    const frames = [
      encodeMessage(start(1, out)),
      encodeMessage(data(1, out)),
      encodeMessage(data(1, back)),
    ] as const;
    const judge = (from: 'source' | 'destination', bytes: Uint8Array) => {
      scanner.scan(bytes, 0, bytes.length);
      if (judgeFrame(ledger, from, scanner, bytes) !== undefined)
        throw new Error('a frame was found at fault');
    };
    judge('source', frames[0]);
    const round = () => {
      for (let i = 0; i < 10_000; i++) {
        judge('source', frames[1]);
        judge('destination', frames[2]);
      }
    };
    for (let i = 0; i < 4; i++) round(); // until the code is compiled
    const before = process.memoryUsage().heapUsed;
    round();
    // 20,000 frames: one object of 16 bytes a frame would be 320 kB, and a collection as much less.
    expect(Math.abs(process.memoryUsage().heapUsed - before)).toBeLessThan(100_000);
  });
});
