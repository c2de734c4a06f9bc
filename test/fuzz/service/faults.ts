import fc from 'fast-check';
import { runCases } from '../cases.js';
import type { Part } from '../part.js';
import { anyFault } from './any-fault.js';
import { ofHex } from './inputs.js';
import { anyFrame, START } from './tunnel-messages.js';
import { inFrames, join, SIDES, withTunnel } from './tunnel-sides.js';

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('install' as const), fault: anyFault }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      name: fc.constantFrom('one', 'two', 'three'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(1, 50, 1000, 20_000) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      from: fc.constantFrom(...SIDES),
      frames: fc.array(anyFrame, { minLength: 1, maxLength: 8 }),
      times: fc.constantFrom(1, 1, 1, 20),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('join' as const), side: fc.constantFrom(...SIDES) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('stop reading' as const), side: fc.constantFrom(...SIDES) }),
  },
);

const input = fc.record({ tls: fc.boolean(), steps: fc.array(step, { minLength: 1, maxLength: 14 }) });

/** Faults of every kind, several at once, come and go while both sides send. */
export const faults: Part = {
  name: 'faults',
  run: (options) =>
    runCases(
      {
        name: 'faults',
        unit: 'steps',
        input,
        async run({ tls, steps }, subjects) {
          const service = await subjects.service();
          await withTunnel(service, ['SSH'], async (tunnel) => {
            const joined = async (side: 'source' | 'destination') =>
              join(service, side, tunnel[side], { tls, version: '3.0' });
            const sides = { source: await joined('source'), destination: await joined('destination') };
            sides.source.write(inFrames(ofHex(START), []));
            for (const each of steps) {
              if (each.kind === 'install') {
                const body = JSON.stringify(each.fault).replace('$TUNNEL', tunnel.id);
                await service.api.call('POST', '/admin/faults', body);
              } else if (each.kind === 'remove')
                await service.api.call('DELETE', `/admin/faults/${each.name}`);
              else if (each.kind === 'advance') await service.api.advance(each.ms);
              else if (each.kind === 'stop reading') sides[each.side].stopReading();
              else if (each.kind === 'send') {
                const bytes = inFrames(ofHex(each.frames.join('')), [7, 131_076]);
                for (let i = 0; i < each.times; i++) sides[each.from].write(bytes);
              } else {
                // Its token is used up, so it is refused, or a fault has its way with it: what counts is who lives.
                service.finish(sides[each.side]);
                const socket = service.connect(tls);
                sides[each.side] = socket;
              }
              await service.check();
            }
            service.finish(sides.source);
            service.finish(sides.destination);
            await service.clean();
          });
          return steps.length;
        },
      },
      options,
    ),
};
