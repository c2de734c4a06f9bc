import type { ClientAdapter } from '../adapters/index.js';
import type { ScriptedService } from '../trial/index.js';
import { Finding } from '../verdicts/index.js';
import type { Scenario, ServiceScenario } from './scenario.js';
import type { Conditions } from './subject.js';

/** A scenario may take this many times the patience, and the extra time that it declares. */
const BOUND_IN_PATIENCES = 16;
/**
 * The most extra time that a scenario of the short suite may have, in milliseconds: the whole run should take minutes.
 */
const MOST_EXTRA_WHEN_QUICK_MS = 240_000;
/** A scenario may wait this many times for somebody to start the client. */
const STARTS_BY_HAND = 4;
/**
 * A client may connect this many times in one scenario. The scenarios that cut it off most often do so some hundred
 * times.
 */
const MOST_HANDSHAKES = 600;
/** A scenario may start this many clients: one for each cell of the matrix, and one more to be sure. */
const MOST_CLIENTS = { quick: 800, long: 20_000 } as const;
/** The number of handshakes is checked in this interval, in milliseconds. */
const LOOK_MS = 100;

/**
 * The most time that one scenario may take, in milliseconds. A scenario that takes longer has a wait without a limit.
 */
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
   * Counts one more client.
   * @throws {Finding} if there are too many.
   */
  next(): number {
    if (this.#count >= this.#most) {
      throw new Finding('S17', 'started-too-often', `gave up after ${this.#count} starts`);
    }
    return ++this.#count;
  }
}

/**
 * Rejects when a client has connected more often than any scenario needs. The finding names the rule about refusals
 * (H11) if the client was refused last, else the one about lost connections (S13).
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
