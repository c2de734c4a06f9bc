import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type WebSocket from 'ws';
import { Session } from '../../../src/clients/tunnel-connection/session.js';
import { FrameReader, MessageScanner, MessageType, message } from '../../../src/protocol/index.js';
import { ManualClock } from '../support/manual-clock.js';

/** As much of a WebSocket as a session uses, recording. */
class RecordingWebSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  readonly types: number[] = [];
  sends = 0;
  paused = false;
  readonly #reader = new FrameReader((bytes, start, end) => {
    const scanner = new MessageScanner();
    scanner.scan(bytes, start, end);
    this.types.push(scanner.type);
  });
  send(bytes: Uint8Array): void {
    this.sends++;
    this.#reader.push(bytes);
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

function session() {
  const webSocket = new RecordingWebSocket();
  const handlers = { message() {}, malformed() {}, unsendable() {}, drained() {}, faulted() {}, ended() {} };
  return { webSocket, made: new Session(webSocket as unknown as WebSocket, handlers, new ManualClock(), 0) };
}

it('a session sends a reset after the data before it, each message in a WebSocket message of its own (S8)', () => {
  const { webSocket, made } = session();
  made.sendData({ streamId: 1 }, Buffer.from('last words'));
  made.send(message({ type: MessageType.STREAM_RESET, streamId: 1 }));
  made.sendData({ streamId: 2 }, Buffer.alloc(100_000));
  const { DATA, STREAM_RESET } = MessageType;
  expect(webSocket.types).toEqual([DATA, STREAM_RESET, DATA, DATA]);
  expect(webSocket.sends).toBe(4);
});

it('a session is not read while any connection has too much waiting', () => {
  const { webSocket, made } = session();
  const [one, two] = [{}, {}];
  made.block(one);
  made.block(two);
  made.unblock(one);
  expect(webSocket.paused).toBe(true);
  made.unblock(two);
  expect(webSocket.paused).toBe(false);
});
