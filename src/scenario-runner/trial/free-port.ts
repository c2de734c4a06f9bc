import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** The first port of the search. Lower ports are often used by other programs. */
const LOWEST = 20_000;
/** The first ephemeral port on systems that do not name it. */
const USUAL_EPHEMERAL = 32_768;

const handedOut = new Set<number>();

/**
 * A port that is free now, so that a client can listen on it later. It is below the ephemeral ports of the system, so
 * no new connection or server can get it. No port is given twice in one run.
 */
export async function freePort(): Promise<number> {
  const end = firstEphemeral();
  for (;;) {
    const port = randomInt(LOWEST, end);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    // When most ports have been given, the first ones have not been used for a long time.
    if (handedOut.size > (end - LOWEST) / 2) handedOut.delete(handedOut.values().next().value!);
    return port;
  }
}

function firstEphemeral(): number {
  try {
    const first = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
    return first > LOWEST + 1000 ? first : USUAL_EPHEMERAL;
  } catch {
    return USUAL_EPHEMERAL; // not Linux
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
