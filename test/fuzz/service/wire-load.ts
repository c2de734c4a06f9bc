import { encodeFrame, MessageType, message } from '../../../src/protocol/index.js';
import { LONGEST_BODY, MessageMaker } from '../codec/message-maker.js';
import type { Random } from '../random.js';

const ADDRESS = { streamId: 1, serviceId: 'SSH', connectionId: 1 };
const LONGEST_MESSAGE = 131_076;

/** A WebSocket message of thousands of frames that break no rule, and how many there are. */
export interface FullMessage {
  readonly bytes: Buffer;
  readonly frames: number;
}

/**
 * Makes messages of as many DATA frames as fit, no two of the frames alike: payloads of any bytes, and fields in any order and
 * in more bytes than they need.
 */
export function fullMessage(random: Random): FullMessage {
  const bytes = Buffer.allocUnsafe(LONGEST_MESSAGE);
  let at = 0;
  let frames = 0;
  for (;;) {
    const body = dataBody(random);
    if (at + 2 + body.length > LONGEST_MESSAGE) return { bytes: bytes.subarray(0, at), frames };
    bytes.writeUInt16BE(body.length, at);
    body.copy(bytes, at + 2);
    at += 2 + body.length;
    frames++;
  }
}

export const START = Buffer.from(encodeFrame(message({ type: MessageType.STREAM_START, ...ADDRESS })));

/** A frame as the codec's part makes them: most break a rule or do not parse. */
export function wildFrame(random: Random): Buffer {
  const target = new Uint8Array(2 + LONGEST_BODY);
  const end = new MessageMaker(random).write(target, 2);
  const frame = Buffer.from(target.subarray(0, end));
  frame.writeUInt16BE(end - 2);
  return frame;
}

/** Each field as encoders write it, and in more bytes than it needs. */
const FIELDS = [
  ['0801', '088180808000'],
  ['1001', '10818000'],
  ['2a03535348', '2a838000535348'],
  ['3801', '38818000'],
  ['', '1800'],
].map((forms) => forms.map((hex) => Buffer.from(hex, 'hex')));

function dataBody(random: Random): Buffer {
  const payload = random.bytes(random.oneIn(64) ? random.below(300) : random.below(6));
  const fields = FIELDS.map(([usual, long]) => (random.oneIn(8) ? long! : usual!));
  fields.push(Buffer.concat([Buffer.from([0x22]), lengthOf(payload), payload]));
  if (random.oneIn(2)) fields.reverse();
  return Buffer.concat(fields);
}

function lengthOf({ length }: Buffer): Buffer {
  return Buffer.from(length < 0x80 ? [length] : [0x80 | (length & 0x7f), length >> 7]);
}
