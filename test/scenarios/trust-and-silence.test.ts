import { beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_SCENARIOS, loadScenarios, type Scenario } from '../../src/scenario-runner/index.js';
import { type Cell, CONTROL, CONTROL_OF_TLS, judgeMutants } from '../mutants/judge-mutants.js';
import { mutantById } from '../mutants/list/index.js';
import type { Mutant } from '../mutants/mutant.js';

/** Longer than any client here takes, on a busy machine too. */
const PATIENCE_MS = 4000;

let scenarios: readonly Scenario[];
beforeAll(async () => {
  scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
});

async function judged(mutant: Mutant, topic: string): Promise<Cell[]> {
  const some = scenarios.filter(({ id }) => id.startsWith(topic));
  const mutants = [{ ...mutant, roles: ['source' as const] }];
  return judgeMutants({ mutants, scenarios: some, patienceMs: PATIENCE_MS, everything: true }).then((cells) =>
    cells.filter(({ version }) => version === 'V3'),
  );
}

/** By the end of a scenario's name: what was seen, or the verdict where nothing was. */
const seen = (cells: readonly Cell[], topic: string) =>
  Object.fromEntries(
    cells.map(({ scenario, defect, verdict }) => [scenario.slice(topic.length), defect?.code ?? verdict]),
  );

describe('handshake/untrusted-certificate', () => {
  const TOPIC = 'handshake/untrusted-certificate-';
  const sends = 'token-without-trust';

  it.each<[string, Record<string, string>]>([
    [
      'trusts-anything',
      { 'another-ca': sends, 'another-name': sends, expired: sends, 'not-yet-valid': sends },
    ],
    [
      'trusts-any-name',
      { 'another-ca': 'pass', 'another-name': sends, expired: 'pass', 'not-yet-valid': 'pass' },
    ],
    [
      'trusts-any-date',
      { 'another-ca': 'pass', 'another-name': 'pass', expired: sends, 'not-yet-valid': sends },
    ],
  ])('finds in %s what it overlooks, and nothing else', async (id, expected) => {
    expect(seen(await judged(mutantById(id), TOPIC), TOPIC)).toEqual(expected);
  });

  it('finds that a client goes on in the clear', async () => {
    const cells = await judged(mutantById('falls-back-to-plain'), TOPIC);
    expect(new Set(Object.values(seen(cells, TOPIC)))).toEqual(new Set(['token-in-plain']));
  });

  it('passes a client that verifies, and is skipped without TLS', async () => {
    expect(new Set((await judged(CONTROL_OF_TLS, TOPIC)).map(({ verdict }) => verdict))).toEqual(
      new Set(['pass']),
    );
    expect(new Set((await judged(CONTROL, TOPIC)).map(({ verdict }) => verdict))).toEqual(
      new Set(['skipped']),
    );
  });
});

describe('sessions/silent-service', () => {
  const TOPIC = 'sessions/silent-service-';

  it('finds a client that waits for ever, although it declares otherwise', async () => {
    expect(seen(await judged(mutantById('never-notices-silence'), TOPIC), TOPIC)).toEqual({
      tcp: 'silence-not-noticed',
      handshake: 'silence-not-noticed',
      close: 'silence-not-noticed',
    });
  });

  it('passes a client that notices in time, and blames none that declares nothing', async () => {
    expect(seen(await judged(CONTROL, TOPIC), TOPIC)).toEqual({
      tcp: 'pass',
      handshake: 'pass',
      close: 'pass',
    });
    const silent = { ...CONTROL, declares: { noticesMs: 0 } };
    expect(seen(await judged(silent, TOPIC), TOPIC)).toEqual({
      tcp: 'skipped',
      handshake: 'skipped',
      close: 'skipped',
    });
  });
});
