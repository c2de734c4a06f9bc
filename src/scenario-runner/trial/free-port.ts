import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Where the search begins: below lie ports that people give to programs of their own. */
const LOWEST = 20_000;
/** Where systems that do not say begin to hand out ports by themselves. */
const USUAL_EPHEMERAL = 32_768;

const handedOut = new Set<number>();

/**
 * A port that is free now, for a client to bind some time later. It lies below those that the system hands out by itself,
 * so that no connection or server that is opened meanwhile can get it; and it is not given twice in one run.
 */
export async function freePort(): Promise<number> {
  const end = firstEphemeral();
  for (;;) {
    const port = randomInt(LOWEST, end);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    // When most have been given, those given first are long unused.
    if (handedOut.size > (end - LOWEST) / 2) handedOut.delete(handedOut.values().next().value!);
    return port;
  }
}

function firstEphemeral(): number {
  try {
    const first = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
    return first > LOWEST + 1000 ? first : USUAL_EPHEMERAL;
  } catch {
    return USUAL_EPHEMERAL; // no Linux
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
