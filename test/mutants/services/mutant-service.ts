import { type AddressInfo, createServer } from 'node:net';
import { type ServiceOptions, startMockService } from '../../../src/mock-service/index.js';
import type { MessageFormat, RuleId, Side } from '../../../src/protocol/index.js';
import type { ServiceUnderTest } from '../../../src/scenario-runner/index.js';
import { Session } from '../between/session.js';
import type { Wire } from '../between/wire.js';
import type { Hooks } from '../mutant.js';

/** A service that breaks one thing and otherwise carries tunnels: ours, and a man in the middle. */
export interface MutantService {
  readonly id: string;
  /** What it does wrong, in words. */
  readonly breaks: string;
  readonly rules: readonly [RuleId, ...RuleId[]];
  /** The scenarios that have to catch it. */
  readonly caughtBy: readonly [string, ...string[]];
  /** In which version; default V3. */
  readonly version?: MessageFormat;
  /** Called for each connection of a client. */
  readonly hooks: (wire: Wire, known: Known) => Hooks;
}

/** What a mutant service knows from one connection to the next. */
export interface Known {
  /** Whose each access token is. */
  readonly sides: ReadonlyMap<string, Side>;
  /** The source's access token of the newest tunnel. */
  readonly newest: () => string;
  /** Handshakes by access token. */
  readonly handshakes: Map<string, number>;
  /** The access tokens of refused handshakes. */
  readonly refused: Set<string>;
  /** The connections that stand. */
  readonly wires: Set<Wire>;
}

/** A mutant service, and how tunnels are opened at it. */
export interface StartedMutantService extends AsyncDisposable {
  readonly service: ServiceUnderTest;
}

/** Starts a service of this package, and what stands before it. */
export async function startMutantService(
  mutant: Pick<MutantService, 'id' | 'breaks' | 'rules' | 'hooks'>,
  options: ServiceOptions = {},
): Promise<StartedMutantService> {
  const ours = await startMockService({ port: 0, ...options });
  const sessions = new Set<Session>();
  const sides = new Map<string, Side>();
  let newest = '';
  const known: Known = {
    ...{ sides, newest: () => newest, handshakes: new Map(), refused: new Set(), wires: new Set() },
  };
  const server = createServer((socket) => {
    const hooks = (wire: Wire): Hooks => {
      known.wires.add(wire);
      socket.once('close', () => known.wires.delete(wire));
      return mutant.hooks(wire, known);
    };
    const session = new Session(socket, {
      mutant: { id: mutant.id, breaks: mutant.breaks, rules: mutant.rules, hooks },
      service: { host: '127.0.0.1', port: ours.port },
      ...{ ca: '', role: 'source', version: 'V3', configured: [], number: sessions.size + 1 },
      memory: { half: Buffer.alloc(0), streams: new Map() },
      crash: () => {},
      exit: () => {},
    });
    sessions.add(session);
    socket.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const openTunnel = async (services: readonly string[]) => {
    const { sourceAccessToken, destinationAccessToken } = ours.openTunnel({ services: [...services] });
    newest = sourceAccessToken;
    sides.set(sourceAccessToken, 'source').set(destinationAccessToken, 'destination');
    return { source: sourceAccessToken, destination: destinationAccessToken };
  };
  return {
    service: { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, openTunnel },
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
      await ours.stop();
    },
  };
}
