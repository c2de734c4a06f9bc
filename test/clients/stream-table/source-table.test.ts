import { beforeEach, describe, expect, it } from 'vitest';
import { SourceTable } from '../../../src/clients/stream-table/index.js';
import { type Message, type MessageFormat, MessageType, message } from '../../../src/protocol/index.js';
import { Recorder } from './recorder.js';

let recorder: Recorder;
let nextId: number;

function table(format: MessageFormat, services: string[] = ['SSH', 'HTTP']): SourceTable {
  const made = new SourceTable(format, recorder, () => nextId++);
  if (format !== 'V1') made.setServices(services);
  return made;
}

const received = (type: keyof typeof MessageType, fields: Partial<Message> = {}): Message =>
  message({ type: MessageType[type], ...fields });

const text = (value: string): Uint8Array => Buffer.from(value);

beforeEach(() => {
  recorder = new Recorder();
  nextId = 7;
});

describe('a source that accepts a TCP connection (S3)', () => {
  it('sends STREAM_START with what its format carries', () => {
    table('V1').open('');
    table('V2').open('SSH');
    table('V3').open('SSH');
    expect(recorder.take()).toEqual([
      'send STREAM_START /7#0',
      'send STREAM_START SSH/8#0',
      'send STREAM_START SSH/9#1',
    ]);
  });

  it('never gives a service the same stream id twice in a row', () => {
    const ids = [5, 5, 5, 6];
    const source = new SourceTable('V2', recorder, () => ids.shift()!);
    source.open('SSH');
    source.open('SSH');
    expect(recorder.sent.map(({ streamId }) => streamId)).toEqual([5, 5, 6]);
    expect(recorder.take()[1]).toBe('send STREAM_RESET SSH/5#0');
  });

  it('begins further connections on a live V3 stream with new ids (S9)', () => {
    const source = table('V3');
    source.open('SSH');
    const second = source.open('SSH');
    source.localClosed(second);
    source.open('SSH');
    expect(recorder.take()).toEqual([
      'send STREAM_START SSH/7#1',
      'send CONNECTION_START SSH/7#2',
      'send CONNECTION_RESET SSH/7#2',
      'send CONNECTION_START SSH/7#3',
    ]);
  });

  for (const format of ['V1', 'V2'] as const) {
    it(`replaces the one connection that ${format} has`, () => {
      const source = table(format);
      const service = format === 'V1' ? '' : 'SSH';
      source.open(service);
      source.open(service);
      expect(recorder.take()).toEqual([
        `send STREAM_START ${service}/7#0`,
        `send STREAM_RESET ${service}/7#0`,
        `close ${service}/7#0`,
        `send STREAM_START ${service}/8#0`,
      ]);
    });
  }

  it('uses no CONNECTION_* toward a peer that answered without connection ids (X2)', () => {
    const source = table('V3');
    source.open('SSH');
    source.receive(received('DATA', { streamId: 7, serviceId: 'SSH', payload: text('a') }));
    const second = source.open('SSH');
    source.localClosed(second);
    expect(recorder.take()).toEqual([
      'send STREAM_START SSH/7#1',
      'deliver SSH/7#1 a',
      'send STREAM_RESET SSH/7#0',
      'close SSH/7#1',
      'send STREAM_START SSH/8#1',
      'send STREAM_RESET SSH/8#0',
    ]);
    source.open('HTTP');
    source.open('HTTP');
    expect(recorder.take().at(-1)).toBe('send CONNECTION_START HTTP/9#2');
  });
});

describe('a source that receives', () => {
  for (const format of ['V1', 'V2', 'V3'] as const) {
    const service = format === 'V1' ? '' : 'SSH';
    const first = format === 'V3' ? 1 : 0;
    const at = (streamId: number): Partial<Message> => ({
      streamId,
      serviceId: service,
      connectionId: first,
    });

    describe(format, () => {
      let source: SourceTable;
      beforeEach(() => {
        source = table(format);
        source.open(service);
        recorder.take();
      });

      it('delivers DATA of the current stream', () => {
        source.receive(received('DATA', { ...at(7), payload: text('x') }));
        expect(recorder.take()).toEqual([`deliver ${service}/7#${first} x`]);
      });

      it('drops stale DATA and STREAM_RESET, and nothing else happens (S7)', () => {
        for (const id of [0, 6, 8, -7, 2 ** 31 - 1]) {
          source.receive(received('DATA', { ...at(id), payload: text('x') }));
          source.receive(received('STREAM_RESET', at(id)));
        }
        expect(recorder.take()).toEqual([]);
      });

      it('closes on STREAM_RESET without answering, and then starts a new stream (S8, S11)', () => {
        source.receive(received('STREAM_RESET', at(7)));
        source.receive(received('STREAM_RESET', at(7)));
        source.receive(received('DATA', { ...at(7), payload: text('late') }));
        expect(recorder.take()).toEqual([`close ${service}/7#${first}`]);
        source.open(service);
        expect(recorder.take()).toEqual([`send STREAM_START ${service}/8#${first}`]);
      });

      it('closes on SESSION_RESET, and ignores it without a stream (S12)', () => {
        source.receive(received('SESSION_RESET'));
        source.receive(received('SESSION_RESET'));
        expect(recorder.take()).toEqual([`close ${service}/7#${first}`]);
      });

      it('takes STREAM_START for an error that ends stream and WebSocket (S6)', () => {
        source.receive(received('STREAM_START', at(9)));
        expect(recorder.take()).toEqual([
          `send STREAM_RESET ${service}/7#0`,
          `close ${service}/7#${first}`,
          'fail 1002',
        ]);
      });

      it('ends the stream on an unknown type, unless it is ignorable (M10, M1)', () => {
        source.receive(message({ ...at(7), type: 99, ignorable: true }));
        expect(recorder.take()).toEqual([]);
        source.receive(message({ ...at(7), type: 99 }));
        expect(recorder.take()).toEqual([`send STREAM_RESET ${service}/7#0`, `close ${service}/7#${first}`]);
        source.open(service);
        recorder.take();
        source.receive(message({}));
        expect(recorder.take()[0]).toBe(`send STREAM_RESET ${service}/8#0`);
      });

      it('ends every stream on what does not parse (M11)', () => {
        source.malformed();
        source.malformed();
        expect(recorder.take()).toEqual([`send STREAM_RESET ${service}/7#0`, `close ${service}/7#${first}`]);
      });

      it('closes its connections, and says nothing, when the WebSocket is lost (S13)', () => {
        source.sessionLost();
        source.receive(received('DATA', { ...at(7), payload: text('x') }));
        expect(recorder.take()).toEqual([`close ${service}/7#${first}`]);
      });

      it('does not reset a stream that the peer ended first', () => {
        const connection = source.streamOf(service)!.connections.get(first)!;
        source.receive(received('STREAM_RESET', at(7)));
        recorder.take();
        source.localClosed(connection);
        expect(recorder.take()).toEqual([]);
      });
    });
  }

  it('leaves other services alone when a stream ends, even with the same id (S14)', () => {
    const source = new SourceTable('V2', recorder, () => 7);
    source.setServices(['SSH', 'HTTP']);
    source.open('SSH');
    source.open('HTTP');
    recorder.take();
    source.receive(received('STREAM_RESET', { streamId: 7, serviceId: 'SSH' }));
    source.receive(received('DATA', { streamId: 7, serviceId: 'HTTP', payload: text('x') }));
    expect(recorder.take()).toEqual(['close SSH/7#0', 'deliver HTTP/7#0 x']);
  });

  it('takes a V1 answer without service id for the only service, or the only stream with that id (X1)', () => {
    const one = table('V2', ['SSH']);
    one.open('SSH');
    const two = table('V2', ['SSH', 'HTTP']);
    two.open('SSH');
    two.open('HTTP');
    recorder.take();
    one.receive(received('DATA', { streamId: 7, payload: text('a') }));
    two.receive(received('DATA', { streamId: 9, payload: text('b') }));
    two.receive(received('DATA', { streamId: 1, payload: text('c') }));
    expect(recorder.take()).toEqual(['deliver SSH/7#0 a', 'deliver HTTP/9#0 b']);
  });

  it('as V1 ignores the service ids it is sent (X1)', () => {
    const source = table('V1');
    source.open('');
    recorder.take();
    source.receive(received('DATA', { streamId: 7, serviceId: 'SSH', connectionId: 4, payload: text('a') }));
    source.receive(received('STREAM_RESET', { streamId: 7, serviceId: 'SSH' }));
    expect(recorder.take()).toEqual(['deliver /7#0 a', 'close /7#0']);
  });

  it('acts on CONNECTION_RESET only where both ids match, and does not answer it (S10)', () => {
    const source = table('V3');
    source.open('SSH');
    source.open('SSH');
    recorder.take();
    source.receive(received('CONNECTION_RESET', { streamId: 8, serviceId: 'SSH', connectionId: 2 }));
    source.receive(received('CONNECTION_RESET', { streamId: 7, serviceId: 'SSH', connectionId: 3 }));
    expect(recorder.take()).toEqual([]);
    source.receive(received('CONNECTION_RESET', { streamId: 7, serviceId: 'SSH', connectionId: 2 }));
    source.receive(received('CONNECTION_RESET', { streamId: 7, serviceId: 'SSH', connectionId: 2 }));
    source.receive(received('DATA', { streamId: 7, serviceId: 'SSH', connectionId: 1, payload: text('on') }));
    expect(recorder.take()).toEqual(['close SSH/7#2', 'deliver SSH/7#1 on']);
  });

  it('closes the connection that a CONNECTION_START names, and no other (S9)', () => {
    const source = table('V3');
    source.open('SSH');
    source.open('SSH');
    recorder.take();
    source.receive(received('CONNECTION_START', { streamId: 7, serviceId: 'SSH', connectionId: 2 }));
    source.receive(received('CONNECTION_START', { streamId: 7, serviceId: 'SSH', connectionId: 9 }));
    source.receive(received('CONNECTION_START', { streamId: 6, serviceId: 'SSH', connectionId: 1 }));
    expect(recorder.take()).toEqual(['send CONNECTION_RESET SSH/7#2', 'close SSH/7#2']);
  });

  it('closes every connection of a V3 stream on STREAM_RESET (S11)', () => {
    const source = table('V3');
    source.open('SSH');
    source.open('SSH');
    source.open('HTTP');
    recorder.take();
    source.receive(received('STREAM_RESET', { streamId: 7, serviceId: 'SSH', connectionId: 2 }));
    expect(recorder.take()).toEqual(['close SSH/7#1', 'close SSH/7#2']);
  });

  it('as V2 does not know CONNECTION_* and resets the stream (X2)', () => {
    const source = table('V2');
    source.open('SSH');
    recorder.take();
    source.receive(received('CONNECTION_RESET', { streamId: 5, serviceId: 'SSH', connectionId: 1 }));
    expect(recorder.take()).toEqual([]);
    source.receive(received('CONNECTION_RESET', { streamId: 7, serviceId: 'SSH', connectionId: 1 }));
    expect(recorder.take()).toEqual(['send STREAM_RESET SSH/7#0', 'close SSH/7#0']);
  });

  it('keeps live streams when SERVICE_IDS comes again (S1, S14)', () => {
    const source = table('V3');
    source.open('SSH');
    source.setServices(['SSH', 'HTTP', 'VNC']);
    source.open('VNC');
    recorder.take();
    source.receive(received('DATA', { streamId: 7, serviceId: 'SSH', connectionId: 1, payload: text('x') }));
    expect(recorder.take()).toEqual(['deliver SSH/7#1 x']);
  });
});
