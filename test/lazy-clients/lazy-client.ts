import { createServer, type Server } from 'node:net';
import WebSocket from 'ws';
import type { Side } from '../../src/protocol/index.js';
import {
  type ClientAdapter,
  type Declarations,
  type Exit,
  LEAST_CLAIMED,
  type RunningClient,
  type StartRequest,
} from '../../src/scenario-runner/index.js';

/** What a client does that does next to nothing. */
export interface Habits {
  readonly id: 'silent' | 'deaf' | 'exits' | 'reconnects' | 'echoes';
  readonly does: string;
}

/** The clients that must not pass for good ones. */
export const LAZY_CLIENTS: readonly Habits[] = [
  { id: 'silent', does: 'connects, accepts TCP, says nothing and stays' },
  { id: 'deaf', does: 'connects, accepts TCP, and never reads what the service sends' },
  { id: 'exits', does: 'ends at once, with status 0' },
  { id: 'reconnects', does: 'closes its WebSocket and connects again, for ever' },
  { id: 'echoes', does: 'sends back every message that it gets' },
];

const RECONNECT_MS = 30;

/** A lazy client as a client under test. It claims all that can be claimed. */
export class LazyAdapter implements ClientAdapter {
  readonly name: string;
  readonly roles: readonly Side[] = ['source', 'destination'];
  readonly takesClientToken = true;
  readonly scheme = 'ws';
  readonly isProcess = false;
  readonly declares: Declarations = {
    ...LEAST_CLAIMED,
    ...{ kind: 'local-proxy', versions: ['V3'], connections: 16, services: 3, reconnects: true },
    ...{ reconnectMs: 0, dialMs: 0 },
  };
  readonly #habits: Habits;

  constructor(habits: Habits) {
    this.#habits = habits;
    this.name = habits.id;
  }

  async start(request: StartRequest): Promise<RunningClient> {
    const { id } = this.#habits;
    let end: (exit: Exit) => void = () => {};
    const exited = new Promise<Exit>((resolve) => {
      end = resolve;
    });
    if (id === 'exits') {
      end({ status: 0, signal: null, asked: false });
      return { exited, output: () => '', stop: () => exited };
    }
    const servers = request.role === 'source' ? await listen(request) : [];
    const peer = connect(request, id);
    return {
      exited,
      output: () => '',
      stop() {
        peer.stop();
        for (const server of servers) server.close();
        end({ status: 0, signal: null, asked: true });
        return exited;
      },
    };
  }
}

/** A source's ports: what connects is accepted, and left alone. */
function listen({ ports }: StartRequest): Promise<Server[]> {
  const servers = [...ports.values()].map(
    ({ host, port }) =>
      new Promise<Server>((resolve, reject) => {
        const server = createServer((socket) => {
          socket.unref().on('error', () => {});
        });
        server.once('error', reject);
        server.listen(port, host, () => resolve(server));
      }),
  );
  return Promise.all(servers);
}

function connect(request: StartRequest, id: Habits['id']): { stop(): void } {
  let over = false;
  let socket: WebSocket;
  const begin = (): void => {
    if (over) return;
    const { service, role, accessToken, clientToken = '' } = request;
    socket = new WebSocket(
      `ws://${service.host}:${service.port}/tunnel?local-proxy-mode=${role}`,
      'aws.iot.securetunneling-3.0',
      {
        headers: { 'access-token': accessToken, ...(clientToken !== '' && { 'client-token': clientToken }) },
        perMessageDeflate: false,
      },
    );
    socket.on('error', () => {});
    socket.on('open', () => {
      if (id === 'deaf') socket.pause();
      if (id === 'reconnects') socket.close(1000);
    });
    socket.on('message', (data) => {
      if (id === 'echoes') socket.send(data);
    });
    if (id === 'reconnects') socket.on('close', () => setTimeout(begin, RECONNECT_MS).unref());
  };
  begin();
  return {
    stop() {
      over = true;
      socket.terminate();
    },
  };
}
