import { once } from 'node:events';
import { WebSocket } from 'ws';
import { rawFrame } from '../../support/raw-websocket.js';
import { within } from '../../support/within.js';
import { Finding } from '../finding.js';
import type { Outcome, Part, PartOptions } from '../part.js';
import { Random } from '../random.js';
import type { FuzzedService } from '../subject/service.js';
import { PATIENCE_MS } from '../subject/watched-process.js';
import { join, withTunnel } from './tunnel-sides.js';
import { type FullMessage, fullMessage, START, wildFrame } from './wire-load.js';

/** Messages that are made for a tunnel, how many times they are sent, and how many may be on their way. */
const MESSAGES = 16;
const SENT_PER_TUNNEL = 400;
const WINDOW = 8;

/** Full WebSocket messages of frames of every form, which have to arrive as they were sent; then one frame of any kind. */
export const wire: Part = { name: 'wire', run };

async function run({ seed, until, path, subjects }: PartOptions): Promise<Outcome> {
  let count = 0;
  for (let number = Number(path ?? 0); performance.now() < until; number++) {
    try {
      count += await oneTunnel(
        await subjects.service(),
        new Random(seed, 'wire', number),
        number % 2 === 1,
        until,
      );
    } catch (error) {
      await subjects.discard();
      const what = error instanceof Finding ? error.message : ((error as Error).stack ?? String(error));
      return {
        count,
        unit: 'tunnel frames',
        report: { what, input: `tunnel ${number}`, again: `--path ${number}` },
      };
    }
  }
  return { count, unit: 'tunnel frames' };
}

/** Returns how many frames went through. */
async function oneTunnel(
  service: FuzzedService,
  random: Random,
  tls: boolean,
  until: number,
): Promise<number> {
  const messages = Array.from({ length: MESSAGES }, () => fullMessage(random));
  const onTheWire = messages.map(({ bytes }) => rawFrame(2, bytes, { mask: random.bytes(4) }));
  return withTunnel(service, ['SSH'], async (tunnel) => {
    const receiver = await Receiver.join(service, tunnel.destination, tls);
    const source = await join(service, 'source', tunnel.source, { tls, version: '3.0' });
    source.write(rawFrame(2, START));
    receiver.expect({ bytes: START, frames: 1 });
    for (let i = 0; i < SENT_PER_TUNNEL && performance.now() < until; i++) {
      const index = random.below(MESSAGES);
      source.write(onTheWire[index]!);
      receiver.expect(messages[index]!);
      await receiver.atMost(WINDOW);
    }
    await receiver.atMost(0);
    source.write(rawFrame(2, wildFrame(random)));
    service.finish(source);
    receiver.webSocket.terminate();
    await service.check();
    return receiver.frames;
  });
}

/** A destination that knows which bytes have to come next. */
class Receiver {
  frames = 0;
  readonly #expected: FullMessage[] = [];
  /** How much of the first of them has come. */
  #at = 0;
  #failure: Finding | undefined;
  #wake: () => void = () => undefined;

  private constructor(readonly webSocket: WebSocket) {
    // SERVICE_IDS comes first and belongs to no sender.
    webSocket.once('message', () => webSocket.on('message', (data: Buffer) => this.#take(data)));
    webSocket.on('error', (error) => this.#fail(error.message));
    webSocket.on('close', (code) => this.#fail(`the destination was ended with ${code}`));
  }

  static async join({ api, ca }: FuzzedService, token: string, tls: boolean): Promise<Receiver> {
    const url = `${tls ? 'wss' : 'ws'}://localhost:${api.port}/tunnel?local-proxy-mode=destination`;
    const headers = { 'access-token': token };
    const webSocket = new WebSocket(url, 'aws.iot.securetunneling-3.0', {
      ca,
      headers,
      perMessageDeflate: false,
    });
    const receiver = new Receiver(webSocket);
    await within(once(webSocket, 'open'), 'a handshake', PATIENCE_MS);
    return receiver;
  }

  expect(message: FullMessage): void {
    this.#expected.push(message);
  }

  /** Waits until no more than so many messages are on their way. */
  async atMost(count: number): Promise<void> {
    const come = async () => {
      while (this.#failure === undefined && this.#expected.length > count) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    };
    await within(come(), 'frames on their way', PATIENCE_MS);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #take(data: Buffer): void {
    for (let at = 0; at < data.length; ) {
      const next = this.#expected[0];
      if (next === undefined) {
        this.#fail(`${data.length - at} bytes came that nobody sent`);
        return;
      }
      const length = Math.min(data.length - at, next.bytes.length - this.#at);
      const same = data.compare(next.bytes, this.#at, this.#at + length, at, at + length) === 0;
      if (!same) {
        this.#fail('other bytes came than were sent');
        return;
      }
      at += length;
      this.#at += length;
      if (this.#at < next.bytes.length) break;
      this.frames += next.frames;
      this.#at = 0;
      this.#expected.shift();
    }
    this.#wake();
  }

  #fail(what: string): void {
    this.#failure ??= new Finding(what);
    this.#wake();
  }
}
