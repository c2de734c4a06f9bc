import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, describeFrame } from '../../../src/mock-service/capture/index.js';
import { encodeFrame, message } from '../../../src/protocol/index.js';
import { readCapture } from '../../../src/recordings/index.js';
import { anyMessage } from '../../support/arbitraries.js';

describe('a frame as a line of a capture', () => {
  const viaJson = (frame: Uint8Array, payloads: 'kept' | 'omitted' = 'kept') =>
    JSON.parse(JSON.stringify(describeFrame(frame, payloads)));

  it('gives back the bytes of any message', () => {
    fc.assert(
      fc.property(anyMessage, (value) => {
        const frame = encodeFrame(value);
        const line = viaJson(frame);
        expect(line.raw).toBeUndefined();
        expect(Buffer.from(bytesOf(line)!).equals(frame)).toBe(true);
      }),
    );
  });

  it('gives back any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Buffer.from(bytesOf(viaJson(bytes))!).equals(bytes)).toBe(true);
      }),
    );
  });

  it('shows readable payloads as text and others as base64', () => {
    const withPayload = (payload: string | number[]) =>
      viaJson(encodeFrame(message({ type: 1, streamId: 1, payload: Buffer.from(payload as string) })))
        .message;
    expect(withPayload('ls -l\n').text).toBe('ls -l\n');
    expect(withPayload('é漢😀').text).toBe('é漢😀');
    expect(withPayload([0x1b, 0x5b]).base64).toBe('G1s=');
    expect(withPayload([0xff]).base64).toBe('/w==');
  });

  it('keeps the bytes where the fields alone would not give them', () => {
    const outOfOrder = Buffer.from('000410010801', 'hex'); // stream id before type
    expect(viaJson(outOfOrder)).toEqual({ message: { type: 'DATA', streamId: 1 }, raw: '000410010801' });
  });

  it('holds nothing of a payload that is to be left out, in whatever bytes it came', () => {
    const secret = Buffer.from('correct horse');
    const frame = encodeFrame(message({ type: 1, streamId: 1, payload: secret }));
    const noncanonical = Buffer.concat([frame, Buffer.from('a00601', 'hex')]);
    noncanonical.writeUInt16BE(noncanonical.length - 2, 0);
    for (const bytes of [frame, noncanonical, secret]) {
      const line = JSON.stringify(describeFrame(bytes, 'omitted'));
      for (const form of ['utf8', 'hex', 'base64'] as const)
        expect(line).not.toContain(secret.toString(form));
    }
    const shown = viaJson(frame, 'omitted');
    expect(shown.message.payloadBytes).toBe(13);
    expect(bytesOf(shown)).toHaveLength(frame.length);
  });
});

describe('reading a capture', () => {
  const header =
    '{"format":"tunnel-testbed-capture","version":1,"startedAt":"2026-01-01T00:00:00Z","service":"s","payloads":"kept"}';
  const frame = (fields: object) =>
    JSON.stringify({ at: 1, frame: 1, tunnelId: 't', side: 'source', direction: 'received', ...fields });
  const start = frame({ message: { type: 'STREAM_START', streamId: 1 } });
  const end = '{"at":2,"end":true,"frames":1}';
  const file = (...lines: string[]) => `${lines.join('\n')}\n`;

  it('reads what is written by hand', () => {
    const { entries, complete } = readCapture(file(header, '', start, end));
    expect(complete).toBe(true);
    expect(entries).toHaveLength(1);
    expect(Buffer.from((entries[0] as { bytes: Uint8Array }).bytes).toString('hex')).toBe('000408021001');
  });

  it.each([
    ['something else', '{"a":1}\n', 1, 'CAPTURE_NOT_RECOGNISED', /not a capture/],
    ['an empty file', '', 1, 'CAPTURE_NOT_RECOGNISED', /not a capture/],
    [
      'a newer version',
      file(header.replace('"version":1', '"version":2'), end),
      1,
      'CAPTURE_TOO_NEW',
      /2.*up to 1/,
    ],
    [
      'a header without time',
      file(header.replace('startedAt', 'began'), end),
      1,
      'CAPTURE_BAD_LINE',
      /startedAt/,
    ],
    ['a line that is no JSON', file(header, '{"at":', end), 2, 'CAPTURE_BAD_LINE', /not JSON/],
    ['a line cut in its middle', file(header, start) + end.slice(0, 9), 3, 'CAPTURE_CUT', /cut/],
    ['no end', file(header, start), 3, 'CAPTURE_CUT', /cut|killed/],
    ['a line of no kind', file(header, '{"at":1}', end), 2, 'CAPTURE_BAD_LINE', /neither/],
    ['a number for a line', file(header, '7', end), 2, 'CAPTURE_BAD_LINE', /object/],
    [
      'an unknown type',
      file(header, frame({ message: { type: 'DATUM' } }), end),
      2,
      'CAPTURE_BAD_LINE',
      /DATUM/,
    ],
    [
      'an id out of range',
      file(header, frame({ message: { type: 1, streamId: 2 ** 40 } }), end),
      2,
      'CAPTURE_BAD_LINE',
      /./,
    ],
    ['a frame of nothing', file(header, frame({}), end), 2, 'CAPTURE_BAD_LINE', /neither message/],
    ['half a byte', file(header, frame({ raw: '000' }), end), 2, 'CAPTURE_BAD_LINE', /raw/],
    ['a relay of nothing', file(header, frame({ relays: 9 }), end), 2, 'CAPTURE_BAD_LINE', /frame 9/],
    ['a negative time', file(header, frame({ at: -1, raw: '' }), end), 2, 'CAPTURE_BAD_LINE', /at/],
    [
      'a field nobody knows',
      file(header, frame({ message: { type: 1, stream: 3 } }), end),
      2,
      'CAPTURE_BAD_LINE',
      /stream/,
    ],
  ])('says where: %s', (_what, text, line, code, what) => {
    expect(() => readCapture(text)).toThrow(expect.objectContaining({ code, line }));
    expect(() => readCapture(text)).toThrow(what);
  });

  it('gives what is whole of a cut capture, where asked to', () => {
    const { entries, complete } = readCapture(file(header, start) + start.slice(0, 20), { partial: true });
    expect(entries).toHaveLength(1);
    expect(complete).toBe(false);
  });
});
