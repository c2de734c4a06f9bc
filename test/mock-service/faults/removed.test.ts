import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startForRaw } from '../../support/raw-pair.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('a session that lives on does not keep the faults that were taken off it', async () => {
  const raw = await startForRaw();
  try {
    const { tunnel } = await raw.pair();
    const removed = () => {
      const fault = { held: new Uint8Array(1) };
      raw.service.faults.register({
        type: 'held',
        summary: 'Holds something.',
        per: 'connection',
        attributes: z.strictObject({}),
        session: () => () => void fault.held,
      });
      raw.service.faults.add({ type: 'held', tunnelId: tunnel.id });
      raw.service.faults.remove('held');
      return new WeakRef(fault);
    };
    const first = removed();
    removed(); // takes the place of the first among the kinds
    await new Promise((resolve) => setImmediate(resolve)); // a WeakRef holds its target until the turn is over
    collectGarbage();
    expect(first.deref()).toBeUndefined();
  } finally {
    await raw.stop();
  }
});
