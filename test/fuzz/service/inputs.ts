import fc from 'fast-check';

/** Some bytes as hexadecimal digits, so that an input prints: short ones mostly. */
export const hexBytes = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('hex'));

export const ofHex = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** Numbers at which something may turn over, and others. */
export const anyInt32 = fc.oneof(
  fc.constantFrom(0, 1, 2, 127, 128, -1, 2 ** 31 - 1, -(2 ** 31)),
  fc.integer(),
);

/** Text that means something to terminals, JSON, HTTP or file systems, and other text. */
export const anyText = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '',
      'SSH',
      'a',
      '\u001b[2J',
      '\r\n',
      '"',
      '%00',
      '../..',
      '漢',
      '\ud800',
      '__proto__',
    ),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.nat({ max: 9000 }).map((length) => 'x'.repeat(length)) },
);

/** Any JSON, with names that the services know among its keys. */
export function anyJson(keys: readonly string[]): fc.Arbitrary<unknown> {
  const scalar = fc.oneof(
    anyText,
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1e300, 0.5, 'source', 'SOURCE', 'ALL'),
    anyInt32,
  );
  const key = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...keys) }, { weight: 1, arbitrary: anyText });
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(key, tie('value'), { maxKeys: 6 }),
    ),
  }));
  return value;
}
