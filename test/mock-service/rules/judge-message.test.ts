import { describe, expect, it } from 'vitest';
import { encodeMessage, message } from '../../../src/protocol/index.js';
import { connectionReset, connectionStart, data, reset, SSH, start, startLedger } from './frames.js';

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
