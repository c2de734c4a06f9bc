import fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeWithTokens } from '../../../src/mock-service/control-plane/write-tokens.js';

const tokens = fc.option(fc.stringMatching(/^[!#-+\--:<-[\]-~]{1,60}$/), { nil: undefined });

it('answers with tokens read as JSON.stringify would have written them', () => {
  const answers = fc.record({
    tunnelId: fc.string(),
    tunnelArn: fc.string(),
    sourceAccessToken: tokens,
    destinationAccessToken: tokens,
  });
  fc.assert(
    fc.property(answers, (answer) => {
      expect(JSON.parse(writeWithTokens(answer))).toEqual(JSON.parse(JSON.stringify(answer)));
    }),
  );
});
