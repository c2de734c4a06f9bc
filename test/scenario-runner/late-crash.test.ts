import { expect, test } from 'vitest';
import { MessageType } from '../../src/protocol/index.js';
import { BUILT_IN_SCENARIOS, loadScenarios } from '../../src/scenario-runner/index.js';
import { judgeMutants } from '../mutants/judge-mutants.js';
import type { Mutant } from '../mutants/mutant.js';

/** How long after its connections a process may be gone, in milliseconds. */
const LATE_MS = 250;

const DIES_LATE: Mutant = {
  id: 'dies-late',
  breaks: 'crashes over a second SERVICE_IDS; its process is gone a while after its connections',
  rules: ['S17'],
  declares: { reconnects: false },
  hooks: (wire) => {
    if (wire.number > 1) return { request: () => void wire.drop() };
    let count = 0;
    return {
      down: {
        message: (value) => {
          if (value.type !== MessageType.SERVICE_IDS || ++count === 1) return value;
          setTimeout(() => wire.crash(), LATE_MS);
          return wire.drop();
        },
      },
    };
  },
};

test('a client that is ended by a signal has crashed, however late its end is seen', async () => {
  const scenarios = (await loadScenarios(BUILT_IN_SCENARIOS)).filter(
    ({ id }) => id === 'messages/service-ids-again',
  );
  const cells = await judgeMutants({ mutants: [DIES_LATE], scenarios, whole: true, patienceMs: 3000 });
  expect(cells).toHaveLength(2);
  for (const { verdict, defect } of cells) {
    expect({ verdict, code: defect?.code }).toEqual({ verdict: 'crash', code: 'ended-by-sigsegv' });
  }
});
