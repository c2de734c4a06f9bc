import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameParser, type FrameSink } from '../../../src/mock-service/data-plane/websocket/frame-parser.js';
import { anyChunking } from '../../support/arbitraries.js';
import { closeBytes, rawFrame } from '../../support/raw-websocket.js';

/** Runs bytes through a parser and writes down what it says; pieces of one frame are joined. */
function parse(chunks: readonly Uint8Array[]): string[] {
  const said: string[] = [];
  let payload = '';
  const sink: FrameSink = {
    onDataFrame: (opcode, length) => void said.push(`frame ${opcode} of ${length}`),
    onPayload: (piece) => {
      payload += piece.toString('hex');
    },
    onDataFrameEnd: (endOfMessage) => {
      said.push(`${payload}${endOfMessage ? ' end' : ''}`);
      payload = '';
    },
    onPing: (bytes) => void said.push(`ping ${bytes.toString('hex')}`),
    onPong: (bytes) => void said.push(`pong ${bytes.toString('hex')}`),
    onClose: (code, reason) => void said.push(`close ${code} ${reason}`),
    onInvalid: (code, what) => void said.push(`invalid ${code} ${what}`),
  };
  const parser = new FrameParser(sink);
  // The parser unmasks in place, so each run needs bytes of its own.
  for (const chunk of chunks) parser.push(Buffer.from(chunk));
  return said;
}

const anyPayload = fc.uint8Array({ maxLength: 400 });
/** A message of one or several fragments, pings between them. */
const anyMessage = fc.array(fc.tuple(anyPayload, fc.option(fc.uint8Array({ maxLength: 125 }))), {
  minLength: 1,
  maxLength: 4,
});

describe('the WebSocket frame parser', () => {
  it('finds frames, fragments and pings in any chunking', () => {
    const anyCase = fc.array(anyMessage, { maxLength: 5 }).chain((messages) => {
      const frames: Buffer[] = [];
      const expected: string[] = [];
      for (const fragments of messages) {
        fragments.forEach(([payload, ping], i) => {
          const fin = i === fragments.length - 1;
          frames.push(rawFrame(i === 0 ? 2 : 0, payload, { fin }));
          expected.push(`frame 2 of ${payload.length}`);
          expected.push(`${Buffer.from(payload).toString('hex')}${fin ? ' end' : ''}`);
          if (ping === null) return;
          frames.push(rawFrame(9, ping));
          expected.push(`ping ${Buffer.from(ping).toString('hex')}`);
        });
      }
      return fc.record({ chunks: anyChunking(Buffer.concat(frames)), expected: fc.constant(expected) });
    });
    fc.assert(
      fc.property(anyCase, ({ chunks, expected }) => {
        expect(parse(chunks)).toEqual(expected);
      }),
    );
  });

  it.each([125, 126, 127, 65_535, 65_536, 131_076])('takes a frame of %i bytes', (length) => {
    const payload = Buffer.alloc(length, 7);
    expect(parse([rawFrame(2, payload)])).toEqual([`frame 2 of ${length}`, `${payload.toString('hex')} end`]);
  });

  it('takes a mask of zeros', () => {
    expect(parse([rawFrame(2, 'ab', { mask: Buffer.alloc(4) })])).toEqual(['frame 2 of 2', '6162 end']);
  });

  it.each<[string, Buffer, string]>([
    ['an unmasked frame', rawFrame(2, 'x', { masked: false }), 'invalid 1002 a client frame is not masked'],
    ['reserved bits', rawFrame(2, 'x', { reserved: 4 }), 'invalid 1002 reserved bits are set'],
    ['a reserved data opcode', rawFrame(3, 'x'), 'invalid 1002 opcode 3 is reserved'],
    ['a reserved control opcode', rawFrame(11), 'invalid 1002 opcode 11 is reserved'],
    ['a lone continuation', rawFrame(0, 'x'), 'invalid 1002 a continuation frame continues nothing'],
    ['a fragmented ping', rawFrame(9, '', { fin: false }), 'invalid 1002 a control frame is fragmented'],
    ['a long ping', rawFrame(9, 'x'.repeat(126)), 'invalid 1002 a control frame is longer than 125 bytes'],
    ['half a close code', rawFrame(8, 'x'), 'invalid 1002 a close frame holds half a code'],
    ['close code 1005', rawFrame(8, closeBytes(1005)), 'invalid 1002 close code 1005 may not be sent'],
    ['close code 999', rawFrame(8, closeBytes(999)), 'invalid 1002 close code 999 may not be sent'],
    [
      'a close reason that is no UTF-8',
      rawFrame(8, Buffer.from([3, 232, 0xff])),
      'invalid 1007 the reason of a close frame is not UTF-8',
    ],
    [
      'more than 2^53 bytes',
      Buffer.from('82ff7fffffffffffffff00000000', 'hex'),
      'invalid 1009 a frame announces more than 2^53 bytes',
    ],
  ])('fails on %s (W6), and parses nothing behind it', (_name, bytes, said) => {
    expect(parse([Buffer.concat([bytes, rawFrame(9, 'later')])]).at(-1)).toBe(said);
  });

  it('fails where a new message starts inside a fragmented one', () => {
    const bytes = Buffer.concat([rawFrame(2, 'a', { fin: false }), rawFrame(2, 'b')]);
    expect(parse([bytes]).at(-1)).toBe('invalid 1002 a new message starts inside a fragmented one');
  });

  it('parses nothing behind a close frame', () => {
    const bytes = Buffer.concat([rawFrame(8, closeBytes(1000, 'bye')), rawFrame(2, 'more')]);
    expect(parse([bytes])).toEqual(['close 1000 bye']);
    expect(parse([rawFrame(8)])).toEqual(['close 1005 ']);
  });
});
