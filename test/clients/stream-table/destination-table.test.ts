import { beforeEach, describe, expect, it } from 'vitest';
import { DestinationTable } from '../../../src/clients/stream-table/index.js';
import { type Message, type MessageFormat, MessageType, message } from '../../../src/protocol/index.js';
import { Recorder } from './recorder.js';

let recorder: Recorder;

function table(format: MessageFormat, services: string[] = ['SSH', 'HTTP']): DestinationTable {
  const made = new DestinationTable(format, recorder);
  if (format !== 'V1') made.setServices(services);
  return made;
}

const received = (type: keyof typeof MessageType, fields: Partial<Message> = {}): Message =>
  message({ type: MessageType[type], ...fields });

const text = (value: string): Uint8Array => Buffer.from(value);

/** Message fields of stream `id` for SSH in each format. */
const AT: Readonly<Record<MessageFormat, (streamId: number) => Partial<Message>>> = {
  V1: (streamId) => ({ streamId }),
  V2: (streamId) => ({ streamId, serviceId: 'SSH' }),
  V3: (streamId) => ({ streamId, serviceId: 'SSH', connectionId: 1 }),
};

beforeEach(() => {
  recorder = new Recorder();
});

describe('a destination', () => {
  for (const format of ['V1', 'V2', 'V3'] as const) {
    describe(`of ${format} with a source of its own format`, () => {
      const at = AT[format];
      const key = format === 'V1' ? '' : 'SSH';
      const first = format === 'V3' ? 1 : 0;
      let destination: DestinationTable;
      beforeEach(() => {
        destination = table(format);
        destination.receive(received('STREAM_START', at(5)));
      });

      it('dials on STREAM_START, silently, and takes DATA at once (S4, S3)', () => {
        destination.receive(received('DATA', { ...at(5), payload: text('hi') }));
        expect(recorder.take()).toEqual([`dial ${key}/5#${first}`, `deliver ${key}/5#${first} hi`]);
        expect(destination.address(recorder.dialled[0]!)).toEqual({
          streamId: 5,
          serviceId: format === 'V1' ? '' : 'SSH',
          connectionId: first,
        });
      });

      it('answers a failed dial with STREAM_RESET of that stream and service (S4)', () => {
        recorder.take();
        destination.dialFailed(recorder.dialled[0]!);
        destination.dialFailed(recorder.dialled[0]!);
        expect(recorder.take()).toEqual([`send STREAM_RESET ${key}/5#0`]);
      });

      it('replaces the stream on a new STREAM_START, which works (S5)', () => {
        recorder.take();
        destination.receive(received('STREAM_START', at(6)));
        destination.receive(received('DATA', { ...at(5), payload: text('old') }));
        destination.receive(received('STREAM_RESET', at(5)));
        destination.receive(received('DATA', { ...at(6), payload: text('new') }));
        expect(recorder.take()).toEqual([
          `close ${key}/5#${first}`,
          `dial ${key}/6#${first}`,
          `deliver ${key}/6#${first} new`,
        ]);
        destination.dialFailed(recorder.dialled[0]!);
        destination.localClosed(recorder.dialled[0]!);
        expect(recorder.take()).toEqual([]);
      });

      it('replaces the stream even where the id is the same, as after a restart of the source', () => {
        recorder.take();
        destination.receive(received('STREAM_START', at(5)));
        expect(recorder.take()).toEqual([`close ${key}/5#${first}`, `dial ${key}/5#${first}`]);
      });

      it('tells the end of the local connection (S8)', () => {
        recorder.take();
        destination.localClosed(recorder.dialled[0]!);
        destination.localClosed(recorder.dialled[0]!);
        const name = format === 'V3' ? 'CONNECTION_RESET SSH/5#1' : `STREAM_RESET ${key}/5#0`;
        expect(recorder.take()).toEqual([`send ${name}`]);
      });

      it('drops a STREAM_START without stream id (M2)', () => {
        recorder.take();
        destination.receive(received('STREAM_START', at(0)));
        expect(recorder.take()).toEqual([]);
      });

      it('takes stream ids at their extremes', () => {
        recorder.take();
        for (const id of [-1, -(2 ** 31), 2 ** 31 - 1]) {
          destination.receive(received('STREAM_START', at(id)));
          destination.receive(received('DATA', { ...at(id), payload: text('x') }));
          expect(recorder.take().at(-1)).toBe(`deliver ${key}/${id}#${first} x`);
        }
      });
    });
  }

  it('of V3 speaks the format of each STREAM_START (X3, X1)', () => {
    const destination = table('V3', ['SSH']);
    for (const [index, format] of (['V2', 'V1', 'V3'] as const).entries()) {
      destination.receive(received('STREAM_START', AT[format](index + 1)));
      const { serviceId = '', connectionId = 0 } = AT[format](0);
      expect(destination.address(recorder.dialled.at(-1)!)).toEqual({
        streamId: index + 1,
        serviceId,
        connectionId,
      });
    }
  });

  it('of V3 ignores later connection ids on a V2 stream, and takes CONNECTION_* for errors (X3)', () => {
    const destination = table('V3');
    destination.receive(received('STREAM_START', AT.V2(5)));
    destination.receive(received('DATA', { ...AT.V2(5), connectionId: 3, payload: text('x') }));
    destination.receive(received('CONNECTION_START', { ...AT.V2(5), connectionId: 2 }));
    expect(recorder.take()).toEqual([
      'dial SSH/5#0',
      'deliver SSH/5#0 x',
      'send STREAM_RESET SSH/5#0',
      'close SSH/5#0',
    ]);
  });

  it('of V2 ignores the connection id of a V3 source until CONNECTION_START, then resets (X2)', () => {
    const destination = table('V2');
    destination.receive(received('STREAM_START', AT.V3(5)));
    destination.receive(received('DATA', { ...AT.V3(5), payload: text('x') }));
    destination.receive(received('CONNECTION_START', { ...AT.V3(5), connectionId: 2 }));
    expect(recorder.take()).toEqual([
      'dial SSH/5#0',
      'deliver SSH/5#0 x',
      'send STREAM_RESET SSH/5#0',
      'close SSH/5#0',
    ]);
  });

  it('of V1 ignores service ids and answers without (X1)', () => {
    const destination = table('V1');
    destination.receive(received('STREAM_START', AT.V3(5)));
    destination.receive(received('DATA', { ...AT.V2(5), payload: text('x') }));
    expect(recorder.take()).toEqual(['dial /5#0', 'deliver /5#0 x']);
    expect(destination.address(recorder.dialled[0]!)).toEqual({
      streamId: 5,
      serviceId: '',
      connectionId: 0,
    });
  });

  it('reads a connection id of 0 on a V3 stream as its first connection (X4)', () => {
    const destination = table('V3');
    destination.receive(received('STREAM_START', { ...AT.V3(5), connectionId: 8 }));
    destination.receive(received('DATA', { ...AT.V2(5), payload: text('x') }));
    destination.receive(received('CONNECTION_RESET', AT.V2(5)));
    expect(recorder.take()).toEqual(['dial SSH/5#8', 'deliver SSH/5#8 x', 'close SSH/5#8']);
  });

  it('dials further connections of a V3 stream; a failed one ends alone (S9)', () => {
    const destination = table('V3');
    destination.receive(received('STREAM_START', AT.V3(5)));
    destination.receive(received('CONNECTION_START', { ...AT.V3(5), connectionId: 2 }));
    destination.receive(received('CONNECTION_START', { ...AT.V3(5), connectionId: 2 ** 32 - 1 }));
    destination.dialFailed(recorder.dialled[1]!);
    destination.receive(received('DATA', { ...AT.V3(5), payload: text('x') }));
    expect(recorder.take()).toEqual([
      'dial SSH/5#1',
      'dial SSH/5#2',
      'dial SSH/5#4294967295',
      'send CONNECTION_RESET SSH/5#2',
      'deliver SSH/5#1 x',
    ]);
  });

  it('refuses a CONNECTION_START whose id is in use (S9)', () => {
    const destination = table('V3');
    destination.receive(received('STREAM_START', AT.V3(5)));
    destination.receive(received('CONNECTION_START', { ...AT.V3(5), connectionId: 2 }));
    recorder.take();
    destination.receive(received('CONNECTION_START', { ...AT.V3(5), connectionId: 2 }));
    expect(recorder.take()).toEqual(['send CONNECTION_RESET SSH/5#2', 'close SSH/5#2']);
  });

  it('keeps a V3 stream whose last connection ended', () => {
    const destination = table('V3');
    destination.receive(received('STREAM_START', AT.V3(5)));
    destination.receive(received('CONNECTION_RESET', AT.V3(5)));
    destination.receive(received('CONNECTION_START', { ...AT.V3(5), connectionId: 2 }));
    expect(recorder.take()).toEqual(['dial SSH/5#1', 'close SSH/5#1', 'dial SSH/5#2']);
  });

  it('answers a CONNECTION_START for a stream it does not have, so that the source starts anew', () => {
    const destination = table('V3');
    destination.receive(received('CONNECTION_START', { ...AT.V3(5), connectionId: 2 }));
    expect(recorder.take()).toEqual(['send STREAM_RESET SSH/5#0']);
    destination.receive(received('STREAM_START', AT.V3(6)));
    recorder.take();
    destination.receive(received('CONNECTION_START', { ...AT.V3(5), connectionId: 2 }));
    expect(recorder.take()).toEqual([]);
  });

  it('refuses a STREAM_START for a service that the tunnel does not have', () => {
    const destination = table('V2');
    destination.receive(received('STREAM_START', { streamId: 5, serviceId: 'VNC' }));
    expect(recorder.take()).toEqual(['send STREAM_RESET VNC/5#0']);
  });

  it('ends a stream without service id when one with it begins', () => {
    const destination = new DestinationTable('V3', recorder);
    destination.receive(received('STREAM_START', AT.V1(5)));
    destination.receive(received('STREAM_START', AT.V2(6)));
    expect(recorder.take()).toEqual(['dial /5#0', 'close /5#0', 'dial SSH/6#0']);
  });

  it('acts before SERVICE_IDS has come', () => {
    const destination = new DestinationTable('V3', recorder);
    destination.receive(received('STREAM_START', AT.V3(5)));
    destination.setServices(['SSH']);
    destination.receive(received('DATA', { ...AT.V3(5), payload: text('x') }));
    expect(recorder.take()).toEqual(['dial SSH/5#1', 'deliver SSH/5#1 x']);
  });
});
