import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ClientAdapter,
  type Exit,
  exitStatusOf,
  Finding,
  formatReport,
  OwnProxies,
  type RunningClient,
  runSuite,
  type StartRequest,
  type SuiteResult,
  scenario,
  worseThan,
} from '../../../src/scenario-runner/index.js';
import { jsonReportShape } from '../../../src/scenario-runner/report/json.js';

const common = { role: 'client', rules: ['S3'], versions: ['V2', 'V3'], why: 'To see what is run.' } as const;
let ran: string[] = [];
const planted = ['one', 'two'].map((name) =>
  scenario({
    ...common,
    id: `planted/${name}`,
    title: name,
    run: async ({ role, version }) => void ran.push(`${name} ${role} ${version}`),
  }),
);

/** A client that is there and does nothing. */
function silent(startError?: string): RunningClient {
  let end: (exit: Exit) => void = () => {};
  const exited = new Promise<Exit>((resolve) => {
    end = resolve;
  });
  if (startError !== undefined) end({ status: null, signal: null, startError, asked: false });
  return {
    exited,
    output: () => 'nothing works here\n',
    stop() {
      end({ status: 0, signal: null, asked: true });
      return exited;
    },
  };
}

/** Our own proxies, but for what `start` says of some requests. */
function faulty(start: (request: StartRequest) => RunningClient | undefined): ClientAdapter {
  const own = new OwnProxies();
  const { declares, roles, scheme } = own;
  const facts = { declares, roles, scheme, takesClientToken: true, isProcess: false };
  return { ...facts, name: 'faulty', start: async (request) => start(request) ?? own.start(request) };
}

function run(adapter: ClientAdapter, more: { readonly only?: string[] } = {}): Promise<SuiteResult> {
  ran = [];
  return runSuite({ adapter, scenarios: planted, patienceMs: 1500, ...more });
}

function verdicts({ results }: SuiteResult): string[] {
  return results.map(({ key, verdict }) => `${verdict} ${key}`);
}

describe('the preflight', () => {
  it('of a client that carries an echo leaves no trace', async () => {
    const suite = await run(faulty(() => undefined));
    expect(suite.results.map(({ key }) => key)).toHaveLength(8);
    expect(suite.results.every(({ verdict }) => verdict === 'pass')).toBe(true);
  });

  it('that fails is the one finding of its role and version, and blocks the rest of these alone', async () => {
    const suite = await run(
      faulty(({ role, version }) => (role === 'source' && version === 'V2' ? silent() : undefined)),
    );
    expect(verdicts(suite).filter((each) => !each.startsWith('pass'))).toEqual([
      'fail preflight/echo@source/V2',
      'blocked planted/one@source/V2',
      'blocked planted/two@source/V2',
    ]);
    expect(ran.filter((each) => each.includes('source V2'))).toEqual([]);
    expect(ran).toHaveLength(6);
    const blocked = suite.results.find(({ verdict }) => verdict === 'blocked');
    expect(blocked).toMatchObject({
      reasonCode: 'blocked',
      blockedBy: 'preflight/echo@source/V2',
      reason: 'blocked by preflight/echo@source/V2: H1: it did not connect to the service',
      defects: [],
    });
    expect(exitStatusOf(suite)).toBe(1);
  });

  it('that ends by what the client sends blocks too, under the rule that this breaks', async () => {
    const suite = await run(
      faulty(({ role, service }) => {
        if (role === 'destination') return undefined;
        const socket = new WebSocket(`ws://127.0.0.1:${service.port}/tunnel`, 'aws.iot.securetunneling-3.0');
        socket.on('error', () => {});
        socket.once('open', () => socket.send('text'));
        return silent();
      }),
    );
    expect(suite.results[0]).toMatchObject({
      verdict: 'fail',
      defects: [{ rule: 'W1', code: 'text-message-sent', onWire: true }],
    });
    expect(suite.results.filter(({ verdict }) => verdict === 'blocked')).toHaveLength(4);
  });

  it('of a client that cannot be started is an error with its output, not a defect', async () => {
    const suite = await run(faulty(() => silent('there is no such program')));
    const [root] = suite.results;
    expect(root).toMatchObject({
      verdict: 'error',
      reasonCode: 'not-started',
      reason: 'the client could not be started: there is no such program',
      output: 'nothing works here\n',
      defects: [],
    });
    expect(suite.results.filter(({ verdict }) => verdict === 'blocked')).toHaveLength(8);
    expect(exitStatusOf(suite)).toBe(1);
  });

  it('that fails once beside others is tried alone before it is believed', async () => {
    let starts = 0;
    const suite = await run(faulty(() => (starts++ === 0 ? silent() : undefined)));
    expect(suite.results.every(({ verdict }) => verdict === 'pass')).toBe(true);
  });

  it('is left out where one scenario alone is asked for: that says as much', async () => {
    const suite = await run(
      faulty(() => silent()),
      { only: ['planted/one@source/V2'] },
    );
    expect(verdicts(suite)).toEqual(['pass planted/one@source/V2']);
  });
});

describe('a report', () => {
  it('shows what is blocked with its root, and fails nothing for it', async () => {
    const suite = await run(faulty(({ role }) => (role === 'source' ? silent() : undefined)));
    const json = jsonReportShape.strict().parse(JSON.parse(formatReport(suite, 'json')));
    expect(json.counts).toMatchObject({ pass: 4, fail: 2, blocked: 4 });
    expect(json.defects).toMatchObject([{ code: 'did-not-connect', seenIn: [{}, {}] }]);
    expect(formatReport(suite, 'text')).toContain('blocked by preflight/echo@source/V2: 2 results');
    expect(formatReport(suite, 'junit')).toContain('failures="2" errors="0"');
    expect(formatReport(suite, 'tap').match(/ # SKIP blocked by/g)).toHaveLength(4);
    expect(formatReport(suite, 'html')).toContain('<a href="#preflight/echo@source/V2">blocked</a>');
    const earlier = JSON.stringify({ results: [{ key: 'planted/one@source/V2', verdict: 'pass' }] });
    expect(worseThan(earlier, suite).map(({ key }) => key)).toEqual([
      'preflight/echo@source/V2',
      'preflight/echo@source/V3',
    ]);
  });

  it('tells apart what is merely worth knowing, and fails nothing for it', async () => {
    const told = scenario({
      ...common,
      versions: ['V3'],
      id: 'planted/tells',
      title: 'It says',
      run: async () => {
        throw new Finding('S17', 'goes-on', '', 'silent');
      },
    });
    const suite = await runSuite({
      adapter: new OwnProxies(),
      scenarios: [told, planted[0]!],
      roles: ['source'],
    });
    expect(suite.results.map(({ verdict }) => verdict).sort()).toEqual(['info', 'pass', 'pass']);
    expect(exitStatusOf(suite)).toBe(0);
    const text = formatReport(suite, 'text');
    expect(text).toContain('Useful to know, where the guides say nothing');
    expect(text).not.toContain('distinct defect');
    expect(formatReport(suite, 'junit')).toContain('failures="0"');
    expect(formatReport(suite, 'html')).toContain('No defect was found');
    expect(worseThan(JSON.stringify({ results: [] }), suite)).toEqual([]);
  });
});
