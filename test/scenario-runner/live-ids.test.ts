import { describe, expect, it } from 'vitest';
import { type Message, MessageType, message, type Side } from '../../src/protocol/index.js';
import { LiveIds } from '../../src/scenario-runner/wire/live-ids.js';

const { DATA, STREAM_START, STREAM_RESET, SESSION_RESET, CONNECTION_START, CONNECTION_RESET } = MessageType;
const IDS = { streamId: 7, serviceId: 'SSH', connectionId: 1 };

function ids(side: Side) {
  const live = new LiveIds(side, () => ['SSH', 'HTTP']);
  return {
    sent: (fields: Partial<Message>) => live.sent(message({ ...IDS, ...fields })),
    received: (fields: Partial<Message>) => live.received(message({ ...IDS, ...fields })),
  };
}

describe('what the service sends is told apart by what it is to the client', () => {
  it('on a live stream', () => {
    const { sent } = ids('destination');
    expect(sent({ type: STREAM_START })).toBeUndefined();
    expect(sent({ type: DATA })).toBeUndefined();
    expect(sent({ type: DATA, connectionId: 9 })).toBe('data-of-an-unknown-connection');
    expect(sent({ type: DATA, connectionId: 0 })).toBe('message-without-connection-id');
    expect(sent({ type: DATA, streamId: 8 })).toBe('stale-DATA');
    expect(sent({ type: STREAM_RESET, streamId: 8 })).toBe('stale-STREAM_RESET');
    expect(sent({ type: CONNECTION_RESET, connectionId: 9 })).toBe(
      'connection-reset-of-an-unknown-connection',
    );
    expect(sent({ type: CONNECTION_START, connectionId: 2 })).toBe('further-connection');
    expect(sent({ type: CONNECTION_START, connectionId: 2 })).toBe('CONNECTION_START');
    expect(sent({ type: CONNECTION_RESET, connectionId: 2 })).toBe('CONNECTION_RESET');
    expect(sent({ type: STREAM_START, streamId: 9 })).toBe('STREAM_START');
    expect(sent({ type: STREAM_START, serviceId: 'VNC' })).toBe('start-of-an-unknown-service');
    expect(sent({ type: 99 })).toBe('message-of-an-unknown-type');
  });

  it('once the stream is over', () => {
    const { sent } = ids('destination');
    sent({ type: STREAM_START });
    expect(sent({ type: STREAM_RESET })).toBe('STREAM_RESET');
    expect(sent({ type: STREAM_RESET })).toBe('stale-STREAM_RESET');
    sent({ type: STREAM_START });
    expect(sent({ type: SESSION_RESET })).toBe('SESSION_RESET');
    expect(sent({ type: DATA })).toBe('stale-DATA');
  });

  it('where the client has started the stream', () => {
    const { sent, received } = ids('source');
    received({ type: STREAM_START });
    expect(sent({ type: DATA })).toBeUndefined();
    expect(sent({ type: STREAM_START })).toBe('STREAM_START');
    received({ type: STREAM_RESET });
    expect(sent({ type: DATA })).toBe('stale-DATA');
  });

  it('where it names no service', () => {
    const { sent } = ids('destination');
    sent({ type: STREAM_START, connectionId: 0 });
    expect(sent({ type: DATA, serviceId: '', connectionId: 0 })).toBeUndefined();
    expect(sent({ type: STREAM_RESET, serviceId: '', connectionId: 0 })).toBe('STREAM_RESET');
  });
});
