import { createHash } from 'node:crypto';
import { MODE_PARAMETER, type Side, TUNNEL_PATH } from '../../protocol/index.js';

const BINARY = 0x82;
const CLOSE = 0x88;
const MASKED = 0x80;
/** RFC 6455 1.3: this is appended to the client's key before hashing. */
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Request and response of an upgrade. They have no tokens, because a capture never holds any. */
export function upgrade(
  side: Side,
  subprotocol: string,
  channelId: string,
): { request: Buffer; response: Buffer } {
  const key = createHash('sha256').update(channelId).digest().subarray(0, 16).toString('base64');
  const accept = createHash('sha1').update(`${key}${ACCEPT_SUFFIX}`).digest('base64');
  const request = [
    `GET ${TUNNEL_PATH}?${MODE_PARAMETER}=${side} HTTP/1.1`,
    'Host: tunnel-testbed',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Protocol: ${subprotocol}`,
    'access-token: [redacted]',
  ];
  const response = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    `Sec-WebSocket-Protocol: ${subprotocol}`,
    `channel-id: ${channelId}`,
  ];
  return { request: headers(request), response: headers(response) };
}

/** Bytes as one binary WebSocket message. A client's message is masked (RFC 6455 5.3). */
export function binaryMessage(payload: Uint8Array, from: 'client' | 'service', mask: number): Buffer {
  return webSocketFrame(BINARY, payload, from, mask);
}

export function closeMessage(code: number, reason: string): Buffer {
  const text = Buffer.from(reason).subarray(0, 123);
  const payload = Buffer.alloc(2 + text.length);
  payload.writeUInt16BE(code, 0);
  payload.set(text, 2);
  return webSocketFrame(CLOSE, payload, 'service', 0);
}

function webSocketFrame(
  first: number,
  payload: Uint8Array,
  from: 'client' | 'service',
  mask: number,
): Buffer {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(mask >>> 0, 0);
  const bit = from === 'client' ? MASKED : 0;
  const head = Buffer.concat([Buffer.from([first]), lengthBytes(payload.length, bit)]);
  if (bit === 0) return Buffer.concat([head, payload]);
  return Buffer.concat([head, key, payload.map((byte, i) => byte ^ key[i & 3]!)]);
}

function lengthBytes(length: number, bit: number): Buffer {
  if (length < 126) return Buffer.from([bit | length]);
  if (length < 0x1_0000) return Buffer.from([bit | 126, length >>> 8, length & 0xff]);
  const long = Buffer.alloc(9);
  long.writeUInt8(bit | 127, 0);
  long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}

function headers(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}
