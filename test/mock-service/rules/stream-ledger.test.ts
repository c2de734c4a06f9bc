import { describe, expect, it } from 'vitest';
import { connectionReset, connectionStart, data, HTTP, reset, SSH, start, startLedger } from './frames.js';

const SSH1 = { ...SSH, connectionId: 1 };
const SSH2 = { ...SSH, connectionId: 2 };

describe('the streams of a tunnel', () => {
  it.each([
    ['V1', {}],
    ['V2', SSH],
    ['V3', SSH1],
  ])('are told when they start and end, with their format: %s', (format, ids) => {
    const { source, destination, told } = startLedger();
    source(start(7, ids));
    source(data(7, ids));
    destination(reset(7, ids));
    expect(told).toMatchObject([
      { event: 'stream-started', streamId: 7, format, serviceId: '', connectionId: 0, ...ids },
      { event: 'stream-ended', streamId: 7, by: 'destination' },
    ]);
  });

  it('S5: a new STREAM_START ends the older stream of its service', () => {
    const { source, told } = startLedger();
    source(start(1, SSH));
    source(start(2, SSH));
    expect(told[1]).toMatchObject({ event: 'stream-ended', streamId: 1, by: 'source' });
    expect(told[2]).toMatchObject({ event: 'stream-started', streamId: 2 });
  });

  it('S7: a STREAM_RESET for another stream id ends nothing', () => {
    const { source, destination, ledger } = startLedger();
    source(start(1, SSH));
    destination(reset(2, SSH));
    source(reset(3, SSH));
    expect(ledger.liveStreams()).toHaveLength(1);
  });

  it('S14: services with equal stream ids do not disturb each other', () => {
    const { source, ledger } = startLedger();
    source(start(1, SSH));
    source(start(1, HTTP));
    source(reset(1, SSH));
    expect(ledger.liveStreams()).toMatchObject([{ serviceId: 'HTTP', streamId: 1 }]);
  });

  it("a V1 destination's reset ends the only stream of that id, and none where two have it", () => {
    const { source, destination, ledger } = startLedger();
    source(start(1, SSH));
    source(start(1, HTTP));
    source(start(2, SSH));
    destination(reset(2));
    expect(ledger.liveStreams()).toMatchObject([{ serviceId: 'HTTP' }]);
    source(start(1, SSH));
    destination(reset(1));
    expect(ledger.liveStreams()).toHaveLength(2);
  });

  it('S13: end with the session of their source, and say what was live', () => {
    const { source, ledger, told } = startLedger();
    source(start(1, SSH1));
    source(start(5, { ...HTTP, connectionId: 1 }));
    expect(ledger.sessionEnded('source')).toEqual([
      { serviceId: 'SSH', streamId: 1, format: 'V3' },
      { serviceId: 'HTTP', streamId: 5, format: 'V3' },
    ]);
    expect(ledger.liveStreams()).toEqual([]);
    expect(told.slice(2)).toMatchObject([{ by: 'service' }, { by: 'service' }]);
  });

  it('S15: outlive their destination until the service resets them', () => {
    const { source, ledger } = startLedger();
    source(start(1, SSH));
    expect(ledger.sessionEnded('destination')).toEqual([{ serviceId: 'SSH', streamId: 1, format: 'V2' }]);
    expect(ledger.liveStreams()).toHaveLength(1);
    ledger.endStream('SSH', 2);
    expect(ledger.liveStreams()).toHaveLength(1);
    ledger.endStream('SSH', 1);
    expect(ledger.liveStreams()).toEqual([]);
  });
});

describe('the connections of a stream', () => {
  it('S9, S10: are told, the first one with its stream', () => {
    const { source, destination, story, ledger } = startLedger();
    source(start(1, SSH1));
    source(connectionStart(1, SSH2));
    expect(ledger.liveStreams()).toMatchObject([{ connectionIds: [1, 2] }]);
    destination(connectionReset(1, SSH1));
    destination(connectionReset(1, SSH1));
    destination(connectionReset(2, SSH2));
    expect(ledger.liveStreams()).toMatchObject([{ connectionIds: [2] }]);
    expect(story()).toEqual(['stream-started 1', 'connection-started 1', 'connection-ended 1']);
  });

  it('S9: one that is already there is not started twice', () => {
    const { source, story } = startLedger();
    source(start(1, SSH1));
    source(connectionStart(1, SSH1));
    source(connectionStart(1, { ...SSH, connectionId: 0 }));
    source(connectionStart(2, SSH2));
    expect(story()).toEqual(['stream-started 1']);
  });

  it('are followed up to the ids that a tunnel remembers, and relayed beyond', () => {
    const { source, ledger } = startLedger();
    source(start(1, SSH1));
    for (let connectionId = 2; connectionId <= 20_100; connectionId++) {
      expect(source(connectionStart(1, { ...SSH, connectionId }))).toBeUndefined();
    }
    expect(ledger.liveStreams()[0]!.connectionIds).toHaveLength(20_000 - 16);
  });
});

describe('a frame with a finding', () => {
  it('leaves the ledger as it was, unless it is tracked as relayed all the same', () => {
    const { source, track, ledger } = startLedger();
    const wrong = start(1, { serviceId: 'FTP' });
    expect(source(wrong)?.rule).toBe('M7');
    expect(ledger.liveStreams()).toEqual([]);
    track('source', wrong);
    expect(ledger.liveStreams()).toMatchObject([{ serviceId: 'FTP' }]);
    expect(source(data(1, { serviceId: 'FTP' }))).toBeUndefined();
  });

  it('starts nothing where a destination sent it', () => {
    const { ledger, track } = startLedger();
    track('destination', start(1, SSH));
    expect(ledger.liveStreams()).toEqual([]);
  });
});
