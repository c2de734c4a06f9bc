import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ClientCount } from '../../../src/scenario-runner/engine/limits.js';
import {
  type ClientAdapter,
  CommandAdapter,
  clientDefinition,
  type Exit,
  OwnProxies,
  runSuite,
  type Stage,
  type StartRequest,
  scenario,
} from '../../../src/scenario-runner/index.js';

function planted(run: (stage: Stage) => Promise<void>) {
  return scenario({
    id: 'planted/waits',
    title: 'It waits',
    rules: ['S13'],
    role: 'source',
    versions: ['V3'],
    why: 'To be ended.',
    run,
  });
}

/** A client that opens a WebSocket, drops it and comes back, for ever. */
function returner(): ClientAdapter {
  const { declares, roles, scheme } = new OwnProxies();
  const facts = { declares, roles, scheme, takesClientToken: true, isProcess: false };
  return {
    ...facts,
    name: 'returner',
    async start({ service, accessToken }: StartRequest) {
      let isOver = false;
      let end: (exit: Exit) => void = () => {};
      const exited = new Promise<Exit>((resolve) => {
        end = resolve;
      });
      const connect = (): void => {
        if (isOver) return;
        const url = `ws://127.0.0.1:${service.port}/tunnel?local-proxy-mode=source`;
        const socket = new WebSocket(url, 'aws.iot.securetunneling-3.0', {
          headers: { 'access-token': accessToken },
        });
        socket.on('error', () => {});
        socket.once('open', () => socket.terminate());
        socket.once('close', connect);
      };
      connect();
      return {
        exited,
        output: () => '',
        stop() {
          isOver = true;
          end({ status: 0, signal: null, asked: true });
          return exited;
        },
      };
    },
  };
}

/** Waits for nothing, again and again: no timer, socket or signal is looked at meanwhile. */
function roundAndRound(count: () => void): (stage: Stage) => Promise<void> {
  return async ({ client }) => {
    for (;;) {
      count();
      await client.within(Promise.resolve(), 1000, () => {});
    }
  };
}

describe('a run goes on', () => {
  it('after a client that comes back for ever has been given up, under the rule about coming back', async () => {
    const waits = planted(async (stage) => {
      await stage.client.starts();
      await new Promise(() => {});
    });
    const { results } = await runSuite({ adapter: returner(), scenarios: [waits], patienceMs: 30_000 });
    expect(results).toMatchObject([
      { verdict: 'fail', defects: [{ rule: 'S13', code: 'came-back-too-often' }] },
    ]);
    expect(results[0]?.defects[0]?.detail).toMatch(/^gave up after \d+ reconnects$/);
  });

  it('after a scenario that never waits for anything, and that scenario does not', async () => {
    let rounds = 0;
    const waits = planted(roundAndRound(() => rounds++));
    const { results } = await runSuite({ adapter: new OwnProxies(), scenarios: [waits], patienceMs: 50 });
    expect(results).toMatchObject([{ verdict: 'error', reasonCode: 'harness' }]);
    const before = rounds;
    await new Promise((resolve) => setImmediate(resolve));
    expect(rounds).toBe(before);
  });

  it('until a client was started more often than any scenario needs', () => {
    const clients = new ClientCount(false);
    const startAll = (): void => {
      for (;;) clients.next();
    };
    expect(startAll).toThrow('gave up after 800 starts');
  });
});

describe('an ended run ends at once', () => {
  /** What a run takes to end once it is told to, in milliseconds. */
  async function endsIn(adapter: ClientAdapter, run: (stage: Stage, began: () => void) => Promise<void>) {
    const end = new AbortController();
    let told = 0;
    const began = (): void => {
      setTimeout(() => {
        told = performance.now();
        end.abort();
      }, 50);
    };
    const scenarios = [planted((stage) => run(stage, began))];
    const suite = await runSuite({ adapter, scenarios, signal: end.signal, patienceMs: 600_000 });
    expect(suite).toMatchObject({ interrupted: true, results: [{ reasonCode: 'run-ended' }] });
    return performance.now() - told;
  }

  it('beside a client that ignores SIGTERM', async () => {
    const command = ['sh', '-c', 'trap "" TERM INT; while :; do sleep 1; done'];
    const adapter = new CommandAdapter(
      clientDefinition.parse({ name: 'deaf', source: { command }, stopMs: 600_000, transport: 'plain' }),
    );
    let pid = 0;
    const took = await endsIn(adapter, async (stage, began) => {
      await stage.client.starts();
      pid = stage.client.pid!;
      began();
      await stage.client.connects();
    });
    expect(took).toBeLessThan(3000);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('beside a client that comes back for ever', async () => {
    const took = await endsIn(returner(), async (stage, began) => {
      await stage.client.starts();
      began();
      await new Promise(() => {});
    });
    expect(took).toBeLessThan(3000);
  });

  it('beside a client that never says that it has ended', async () => {
    const own = new OwnProxies();
    const { declares, roles, scheme } = own;
    const never: ClientAdapter = {
      ...{ declares, roles, scheme, takesClientToken: true, isProcess: false, name: 'never' },
      start: async () => ({
        exited: new Promise(() => {}),
        output: () => '',
        stop: () => new Promise(() => {}),
      }),
    };
    const took = await endsIn(never, async (stage, began) => {
      await stage.client.starts();
      began();
      await stage.client.connects();
    });
    expect(took).toBeLessThan(3000);
  });

  it('in a scenario that never waits for anything', async () => {
    const took = await endsIn(new OwnProxies(), async (stage, began) => {
      began();
      await roundAndRound(() => {})(stage);
    });
    expect(took).toBeLessThan(3000);
  });
});
