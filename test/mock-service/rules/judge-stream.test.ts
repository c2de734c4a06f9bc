import { describe, expect, it } from 'vitest';
import { connectionReset, connectionStart, data, HTTP, reset, SSH, start, startLedger } from './frames.js';

const IN_ORDER = undefined;
const broken = (rule: string, force = 'MUST') => expect.objectContaining({ rule, force });

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
    for (let id = 1; id <= 20_002; id++) source(start(id, SSH));
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
