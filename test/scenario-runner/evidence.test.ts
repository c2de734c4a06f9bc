import { beforeAll, describe, expect, it } from 'vitest';
import { decodeMessage } from '../../src/protocol/index.js';
import {
  CommandAdapter,
  clientDefinition,
  formatReport,
  OwnProxies,
  REPORT_FORMATS,
  runSuite,
  type SuiteResult,
  scenario,
} from '../../src/scenario-runner/index.js';

const patienceMs = 20_000;
const common = { rules: ['S7'], role: 'source', versions: ['V3'], why: 'To be seen.' } as const;

/** The service sends one DATA message, and then the scenario says that it should not have been taken. */
const blames = scenario({
  ...common,
  id: 'any/blames',
  title: 'It drops what it should',
  expects: 'It drops the bytes and says nothing.',
  run: async (trial) => {
    const stream = await trial.opens();
    stream.injectData(trial.bytes(10));
    await stream.appReceives(Buffer.alloc(10), { rule: 'S7', symptom: 'foreign-bytes' });
  },
});
const dies = scenario({
  ...common,
  id: 'any/dies',
  title: 'It connects',
  expects: 'It connects to the service.',
  run: async (trial) => void (await trial.connected()),
});

function judged(seed: number): Promise<SuiteResult> {
  return runSuite({ adapter: new OwnProxies(), scenarios: [blames], patienceMs, seed });
}

describe('what a maintainer is given', () => {
  let suite: SuiteResult;
  beforeAll(async () => {
    const script = 'for i in $(seq 1 30); do echo "line $i"; done; exit 3';
    const adapter = new CommandAdapter(
      clientDefinition.parse({
        name: 'dying',
        source: { command: ['sh', '-c', script] },
        transport: 'plain',
      }),
    );
    suite = await runSuite({ adapter, scenarios: [dies], patienceMs, seed: 7 });
  });
  const command = 'tunnel-testbed verify client.yaml --seed 7';

  it.each(REPORT_FORMATS)(
    'is in a report as %s: output, exit, rule, what is right, and how to see it again',
    (format) => {
      const report = formatReport(suite, format, { command });
      expect(report).toContain('line 30');
      expect(report).toContain('line 11');
      expect(report).not.toMatch(/line 10\b/);
      expect(report).toContain('exit status 3');
      expect(report).toContain('docs/protocol.md#H1');
      expect(report).toContain('It connects to the service.');
      expect(report).toContain(`${command} --only 'any/dies@source/V3'`);
    },
  );
});

describe('the bytes that crossed the wire last', () => {
  it('are told in hex, and decoded, in every format', async () => {
    const suite = await judged(1);
    const [{ bytes } = {}] = suite.results[0]!.defects;
    const last = bytes?.findLast(({ from }) => from === 'service');
    expect(last?.what).toMatch(/^DATA stream \d+ service SSH connection 1 10 bytes$/);
    const frame = Buffer.from(last!.hex, 'hex');
    expect(decodeMessage(frame, 2, frame.length)).toMatchObject({ serviceId: 'SSH', connectionId: 1 });
    expect(bytes?.find(({ from }) => from === 'client')?.what).toMatch(/^STREAM_START stream/);
    for (const format of REPORT_FORMATS) expect(formatReport(suite, format)).toContain(last!.hex);
  });

  it('come again from the same seed, and others from another', async () => {
    const sent = ({ results }: SuiteResult) =>
      results[0]!.defects[0]!.bytes!.findLast(({ from }) => from === 'service')!.hex.slice(-20);
    const [first, second, other] = [await judged(1), await judged(1), await judged(2)];
    expect(sent(second)).toBe(sent(first));
    expect(sent(other)).not.toBe(sent(first));
  });
});
