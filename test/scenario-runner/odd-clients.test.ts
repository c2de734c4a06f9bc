import { afterAll, describe, expect, it } from 'vitest';
import {
  BUILT_IN_SCENARIOS,
  CommandAdapter,
  clientDefinition,
  distinctDefects,
  exitStatusOf,
  loadScenarios,
  readClientDefinition,
  runSuite,
  type SuiteResult,
} from '../../src/scenario-runner/index.js';

const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
const pids: number[] = [];

function run(command: string[], only: string[], patienceMs = 700): Promise<SuiteResult> {
  const declares = { versions: ['V2'], services: 1, reconnects: false };
  const adapter = new CommandAdapter(
    clientDefinition.parse({ name: 'odd', source: { command }, transport: 'plain', stopMs: 300, declares }),
  );
  const watched = {
    name: adapter.name,
    declares: adapter.declares,
    roles: adapter.roles,
    takesClientToken: false,
    isProcess: true,
    scheme: adapter.scheme,
    start: async (...args: Parameters<CommandAdapter['start']>) => {
      const running = await adapter.start(...args);
      if (running.pid !== undefined) pids.push(running.pid);
      return running;
    },
  };
  return runSuite({ adapter: watched, scenarios, only, roles: ['source'], patienceMs, jobs: 1 });
}

const some = [
  'handshake/path',
  'handshake/mode',
  'handshake/one-token',
  'handshake/request-size',
  'streams/echo',
];

describe('odd clients', () => {
  afterAll(() => {
    for (const pid of pids)
      expect(() => process.kill(pid, 0), `process ${pid} was left behind`).toThrow('ESRCH');
  });

  it('a command that fails at once is told so once, and all else is blocked by that', async () => {
    const suite = await run(['false'], some);
    expect(distinctDefects(suite.results)).toMatchObject([
      { code: 'did-not-connect:ended', seenIn: [{ key: 'preflight/echo@source/V2' }] },
    ]);
    const blocked = suite.results.filter(({ blockedBy }) => blockedBy === 'preflight/echo@source/V2');
    expect(blocked.map(({ verdict }) => verdict)).toEqual(some.map(() => 'blocked'));
    expect(exitStatusOf(suite)).toBe(1);
  });

  it('a command that does not exist is an error of the set-up, said once', async () => {
    const suite = await run(['/nowhere/client'], some);
    const reason = expect.stringContaining('ENOENT');
    expect(suite.results[0]).toMatchObject({ verdict: 'error', reason, reasonCode: 'not-started' });
    expect(suite.results.filter(({ verdict }) => verdict === 'blocked')).toHaveLength(some.length);
    expect(exitStatusOf(suite)).toBe(1);
  });

  it('a client that never connects is told so', async () => {
    const suite = await run(['sleep', '60'], some);
    expect(distinctDefects(suite.results)).toMatchObject([{ symptom: 'it did not connect to the service' }]);
  });

  it('a client that takes longer to start than anything else may take is waited for', async () => {
    const slow = 'sleep 1; exec python3 test/scenario-runner/clients/naive_source.py "$@"';
    const words = ['{host}', '{port}', '{token}', '{listen}'];
    const suite = await run(['sh', '-c', slow, 'sh', ...words], ['handshake/path', 'streams/echo']);
    expect(suite.results.map(({ verdict }) => verdict)).toEqual(expect.arrayContaining(['pass', 'pass']));
    expect(distinctDefects(suite.results)).toEqual([]);
  });

  it('a client that floods its output is cut short, and judged all the same', async () => {
    const suite = await run(['yes', 'x'.repeat(500)], some.slice(0, 1));
    const [result] = suite.results;
    expect(result?.verdict).toBe('fail');
    expect(result?.output.length).toBeLessThan(40_000);
    expect(result?.output).toContain('left out');
  });

  it('a client that ignores SIGTERM is killed, and the run goes on', async () => {
    const suite = await run(['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'], some);
    expect(suite.results.map(({ key }) => key)).toContain('streams/echo@source/V2');
    expect(suite.results[0]?.exit).toContain('SIGKILL');
  });

  it('a client that works but ignores SIGTERM is a crash, in the one scenario that asks', async () => {
    const script = new URL('clients/naive_source.py', import.meta.url).pathname;
    const naive = `trap "" TERM; exec python3 ${script} "$@"`;
    const command = ['sh', '-c', naive, 'naive', '{host}', '{port}', '{token}', '{listen}'];
    const only = ['resilience/stops-when-asked', 'handshake/path', 'handshake/mode'];
    const suite = await run(command, only, 8000);
    expect(suite.results.map(({ verdict }) => verdict).sort()).toEqual(['crash', 'pass', 'pass']);
  });

  it('a client that is slow to end may take as long as its pace allows, even after it was killed once', async () => {
    const script = new URL('clients/naive_source.py', import.meta.url).pathname;
    const slow = `sleep 1; trap 'kill %1; sleep 1; exit 0' TERM; python3 ${script} "$@" & wait`;
    const command = ['sh', '-mc', slow, 'slow', '{host}', '{port}', '{token}', '{listen}'];
    const only = ['resilience/stops-when-asked', 'handshake/path', 'handshake/mode'];
    const suite = await run(command, only, 8000);
    expect(suite.results.map(({ verdict }) => verdict).sort()).toEqual(['pass', 'pass', 'pass']);
  });
});

describe('a naive client in Python', () => {
  it('is waited for until it has printed what its file says, be it a library or a local proxy', async () => {
    const file = new URL('clients/naive-source.yaml', import.meta.url).pathname;
    const never = { ...(await readClientDefinition(file)), ready: { output: 'never printed' } };
    const adapter = new CommandAdapter(never);
    const only = ['handshake/path'];
    // As patient as a busy machine needs to start Python: it must have connected before it can keep silent.
    const { results } = await runSuite({ adapter, scenarios, only, patienceMs: 8000 });
    expect(results[0]?.defects).toMatchObject([{ symptom: 'it never said that it was ready' }]);
  }, 60_000);

  it('has its faults named, and only its faults', async () => {
    const adapter = new CommandAdapter(
      await readClientDefinition(new URL('clients/naive-source.yaml', import.meta.url).pathname),
    );
    const topics = ['streams', 'handshake', 'websocket', 'messages', 'frames'];
    const suite = await runSuite({ adapter, scenarios, topics, patienceMs: 2000 });
    const broken = new Set(distinctDefects(suite.results).map(({ rule }) => rule));
    expect([...broken].sort()).toEqual(['S12', 'S7', 'S8', 'W4']);
  }, 240_000);
});
