import { readFileSync } from 'node:fs';
import { encodeFrame } from '../../src/protocol/index.js';
import { startForRaw } from '../support/raw-pair.js';
import { RawClient, UPGRADE_HEADERS } from '../support/raw-websocket.js';
import { openScriptedEndpoint } from '../support/scripted-endpoint.js';
import type { Request } from './case.js';

/** The far side of a WebSocket that a case has opened. */
export interface FarSide {
  /** The next tunnel bytes that arrive there, so many. */
  received(count: number): Promise<Buffer>;
  /** What has arrived there and was not asked for, once the connection is over. */
  left(): Promise<Buffer>;
  /** The server knows that the connection is over. */
  readonly over: Promise<unknown>;
}

/** A server side of WebSocket that the cases are put to. */
export interface Endpoint extends AsyncDisposable {
  readonly port: number;
  readonly ca: string;
  /** A request that is right; once it is accepted, `farSide` tells what becomes of its WebSocket. */
  prepares(): Promise<{ request: Request; farSide: () => Promise<FarSide> }>;
}

const SUBPROTOCOL = 'aws.iot.securetunneling-3.0';

function requestWith(token: string): Request {
  const headers = [
    ...UPGRADE_HEADERS,
    ['Sec-WebSocket-Protocol', SUBPROTOCOL],
    ['access-token', token],
  ] as const;
  return { method: 'GET', target: '/tunnel?local-proxy-mode=source', version: 'HTTP/1.1', headers };
}

/** The service: the far side is the destination of the tunnel, another client of raw bytes. */
async function service(): Promise<Endpoint> {
  const raw = await startForRaw();
  return {
    port: raw.service.port,
    ca: readFileSync(raw.service.caPath, 'utf8'),
    async prepares() {
      const { tunnel, sourceAccessToken, destinationAccessToken } = raw.service.openTunnel({
        services: ['SSH'],
      });
      const destination = await RawClient.open(raw.service.port, {
        side: 'destination',
        token: destinationAccessToken,
      });
      await destination.frame();
      const over = new Promise<void>((resolve) => {
        const stop = raw.service.on('side-lost', ({ tunnelId, side }) => {
          if (tunnelId !== tunnel.id || side !== 'source') return;
          stop();
          resolve();
        });
      });
      const farSide: FarSide = {
        received: async (count) => (await destination.bytes(count)).bytes,
        async left() {
          raw.service.closeTunnel(tunnel.id);
          const chunks: Buffer[] = [];
          for (;;) {
            const { opcode, payload } = await destination.frame();
            if (opcode === 8) break;
            chunks.push(payload);
          }
          destination.destroy();
          return Buffer.concat(chunks);
        },
        over,
      };
      return { request: requestWith(sourceAccessToken), farSide: async () => farSide };
    },
    [Symbol.asyncDispose]: () => raw.stop(),
  };
}

/** The judge's endpoint: the far side is the judge. */
async function judge(): Promise<Endpoint> {
  const endpoint = await openScriptedEndpoint();
  return {
    port: endpoint.port,
    ca: endpoint.ca,
    async prepares() {
      // Sockets of handshakes that should have been refused are of no more use.
      endpoint.service.opened.drain();
      const farSide = async (): Promise<FarSide> => {
        const socket = await endpoint.service.opened.take();
        return {
          async received(count) {
            const chunks: Uint8Array[] = [];
            for (let held = 0; held < count; held += chunks.at(-1)!.length) {
              chunks.push(encodeFrame(await socket.messages.take()));
            }
            return Buffer.concat(chunks);
          },
          left: async () => Buffer.concat(socket.messages.drain().map((value) => encodeFrame(value))),
          over: socket.ended,
        };
      };
      return { request: requestWith('AQGAsome-token'), farSide };
    },
    [Symbol.asyncDispose]: () => endpoint[Symbol.asyncDispose](),
  };
}

export const ENDPOINTS = { 'the service': service, "the judge's endpoint": judge } as const;
