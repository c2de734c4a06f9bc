import fc from 'fast-check';
import { runCases } from '../cases.js';
import type { Part } from '../part.js';
import { ofHex } from './inputs.js';
import { anyFrame, START } from './tunnel-messages.js';
import { inFrames, join, SIDES, VERSIONS, withTunnel } from './tunnel-sides.js';

const side = fc.record({ tls: fc.boolean(), version: fc.constantFrom(...VERSIONS) });

/** What one side sends at once: tunnel frames, and the sizes of the WebSocket frames that they come in. */
const burst = fc.record({
  from: fc.constantFrom(...SIDES),
  frames: fc.array(anyFrame, { minLength: 1, maxLength: 20 }),
  sizes: fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 131_076 })), {
    maxLength: 8,
  }),
});

const input = fc.record({
  services: fc.constantFrom(['SSH'], ['SSH', 'HTTP'], []),
  source: side,
  destination: side,
  /** Which sides are there. */
  present: fc.constantFrom('both', 'both', 'both', 'source', 'destination'),
  /** Whether a stream is started first, so that what follows has one to be about. */
  started: fc.boolean(),
  bursts: fc.array(burst, { minLength: 1, maxLength: 6 }),
});

/** Tunnel frames from both sides: sequences that are right, and the same made wrong. */
export const tunnelFrames: Part = {
  name: 'tunnel-frames',
  run: (options) =>
    runCases(
      {
        name: 'tunnel-frames',
        unit: 'tunnel frames',
        input,
        async run({ services, source, destination, present, started, bursts }, subjects) {
          const service = await subjects.service();
          await withTunnel(service, services, async (tunnel) => {
            const sides = {
              destination:
                present === 'source'
                  ? undefined
                  : await join(service, 'destination', tunnel.destination, destination),
              source:
                present === 'destination' ? undefined : await join(service, 'source', tunnel.source, source),
            };
            if (started) sides.source?.write(inFrames(ofHex(START), []));
            for (const { from, frames, sizes } of bursts) {
              sides[from]?.write(inFrames(ofHex(frames.join('')), sizes));
              await service.check();
            }
            if (sides.source !== undefined) service.finish(sides.source);
            if (sides.destination !== undefined) service.finish(sides.destination);
            await service.check();
          });
          return bursts.reduce((sum, { frames }) => sum + frames.length, 0);
        },
      },
      options,
    ),
};
