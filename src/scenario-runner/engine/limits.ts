import type { ClientAdapter } from '../adapters/index.js';
import type { ScriptedService } from '../trial/index.js';
import { Finding } from '../verdicts/index.js';
import type { Scenario, ServiceScenario } from './scenario.js';
import type { Conditions } from './subject.js';

/** A scenario takes at most this many times the patience, beside what it asks for. */
const BOUND_IN_PATIENCES = 16;
/** What a scenario of the short suite may ask for in addition, in milliseconds: the whole run should take minutes. */
const MOST_EXTRA_WHEN_QUICK_MS = 240_000;
/** How often a scenario may have to wait for somebody to start the client. */
const STARTS_BY_HAND = 4;
/** How often a client may come back in one scenario. Those that cut it off most often do so some hundred times. */
const MOST_HANDSHAKES = 600;
/** How often a scenario may start the client anew: once for each cell of the matrix, and once more to be sure. */
const MOST_CLIENTS = { quick: 800, long: 20_000 } as const;
/** How often the number of handshakes is looked at, in milliseconds. */
const LOOK_MS = 100;

/** How long one scenario may take in all, in milliseconds: what takes longer has a wait without bound. */
export function timeFor(
  scenario: Scenario | ServiceScenario,
  adapter: ClientAdapter | undefined,
  { patienceMs, long }: Conditions,
): number {
  const asked = scenario.extraMs ?? 0;
  const extra = long ? asked : Math.min(asked, MOST_EXTRA_WHEN_QUICK_MS);
  const byHand = STARTS_BY_HAND * (adapter?.standing?.connectMs ?? 0);
  return patienceMs * BOUND_IN_PATIENCES + (adapter?.declares.dialMs ?? 0) * 3 + extra + byHand;
}

/** Counts the clients that one scenario starts. */
export class ClientCount {
  #count = 1;
  readonly #most: number;

  constructor(long: boolean) {
    this.#most = long ? MOST_CLIENTS.long : MOST_CLIENTS.quick;
  }

  /**
   * One more.
   * @throws {Finding} where it is one too many.
   */
  next(): number {
    if (this.#count >= this.#most) {
      throw new Finding('S17', 'started-too-often', `gave up after ${this.#count} starts`);
    }
    return ++this.#count;
  }
}

/**
 * Rejects once a client has come back more often than any scenario asks for: by the rule about refusals (H11) where it
 * was refused last, else by the one about lost connections (S13).
 */
export function tooManyReconnects(service: ScriptedService, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setInterval(() => {
      const count = service.allHandshakes.length;
      if (count <= MOST_HANDSHAKES) return;
      clearInterval(timer);
      const wasRefused = service.allHandshakes.at(-1) !== service.sockets.at(-1)?.handshake;
      const detail = `gave up after ${count} reconnects`;
      reject(new Finding(wasRefused ? 'H11' : 'S13', 'came-back-too-often', detail));
    }, LOOK_MS);
    over.addEventListener('abort', () => clearInterval(timer), { once: true });
  });
}
