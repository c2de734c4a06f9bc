import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { MessageFormat, Side } from '../../src/protocol/index.js';
import { startProcess } from '../../src/scenario-runner/adapters/process.js';
import {
  type ClientAdapter,
  type Declarations,
  type Exit,
  LEAST_CLAIMED,
  type RunningClient,
  type StartRequest,
} from '../../src/scenario-runner/index.js';
import { Session } from './between/session.js';
import type { Memory } from './between/wire.js';
import { RECONNECT_MS, startGoodClient } from './good-client.js';
import type { Mutant } from './mutant.js';

const BOTH: readonly Side[] = ['source', 'destination'];
const PROCESS_STOP_MS = 1500;

/** A mutant as a client under test, speaking one version. */
export class MutantAdapter implements ClientAdapter {
  readonly name: string;
  readonly declares: Declarations;
  readonly roles: readonly Side[];
  readonly takesClientToken = true;
  readonly scheme: 'ws' | 'wss';
  readonly isProcess: boolean;
  readonly #mutant: Mutant;

  constructor(mutant: Mutant, version: MessageFormat) {
    this.#mutant = mutant;
    this.name = mutant.id;
    this.roles = mutant.roles ?? BOTH;
    this.scheme = mutant.tls === undefined ? 'ws' : 'wss';
    this.isProcess = mutant.process !== undefined;
    this.declares = {
      ...LEAST_CLAIMED,
      kind: 'local-proxy',
      ...{ connections: 16, services: 20, reconnects: true, dialMs: 0 },
      reconnectMs: RECONNECT_MS,
      ...mutant.declares,
      versions: [version],
    };
  }

  start(request: StartRequest): Promise<RunningClient> {
    return this.isProcess ? this.#startProcess(request) : startMutant(this.#mutant, request, this.declares);
  }

  async #startProcess(request: StartRequest): Promise<RunningClient> {
    const script = fileURLToPath(import.meta.url).replace('adapter', 'child');
    const loader = script.endsWith('.ts') ? ['--import', 'tsx'] : [];
    const told = JSON.stringify({ ...request, ports: [...request.ports] });
    return startProcess({
      command: [process.execPath, ...loader, script, this.#mutant.id, told],
      environment: {},
      stopMs: PROCESS_STOP_MS,
    });
  }
}

/** Starts a mutant in this process: the good client, and what stands between it and the service. */
export async function startMutant(
  mutant: Mutant,
  request: StartRequest,
  declares: Pick<Declarations, 'pingIntervalMs' | 'noticesMs'>,
): Promise<RunningClient> {
  const sessions = new Set<Session>();
  const memory: Memory = { half: Buffer.alloc(0), streams: new Map() };
  const { role, version, service } = request;
  const configured = [...request.ports.keys()];
  const ca = await readFile(request.caPath, 'utf8');
  let count = 0;
  let end: (exit: Exit) => void = () => {};
  const ended = new Promise<Exit>((resolve) => {
    end = resolve;
  });
  const relay = createServer((socket) => {
    const options = {
      mutant,
      service,
      ca,
      role,
      version,
      configured,
      memory,
      crash: () => end({ status: null, signal: 'SIGSEGV', asked: false }),
      exit: (status: number) => end({ status, signal: null, asked: false }),
      number: ++count,
    };
    const session = new Session(socket, options);
    sessions.add(session);
    socket.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const { port } = relay.address() as { port: number };
  const client = startGoodClient({ host: '127.0.0.1', port }, request, declares);
  const release = async (): Promise<void> => {
    relay.close();
    for (const session of sessions) session.destroy();
    await client.stop();
  };
  void ended.then(release);
  const exited = Promise.race([client.exited, ended]);
  return {
    exited,
    listens: (serviceId) => client.listens(serviceId),
    listensByService: true,
    output: () => '',
    async stop() {
      await release();
      return exited;
    },
  };
}
