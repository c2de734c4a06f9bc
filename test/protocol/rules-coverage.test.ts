import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/protocol/index.js';

/** Titles of all tests about the service. A title starts a line of its own or follows `it(` or `describe(`. */
function titles(): string {
  const root = new URL('../mock-service/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.map((file) => readFileSync(new URL(file, root), 'utf8')).join('\n');
}

/** Rules that the service keeps, or that it judges clients by. What happens inside a client is for the scenarios. */
const FOR_THE_SERVICE = RULES.filter((rule) => rule.judgedAt !== 'client');

describe('every rule that the service keeps or judges', () => {
  const text = titles();

  it.each(FOR_THE_SERVICE)('$id has a test that names it', ({ id }) => {
    expect(text).toMatch(new RegExp(`['"\`(, ]${id}\\b`));
  });
});
