import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ADMIN_ERRORS, ROUTES } from '../../../src/mock-service/admin/index.js';
import { FAULT_KINDS } from '../../../src/mock-service/index.js';
import { readCapture } from '../../../src/recordings/index.js';

const doc = (name: string): string => readFileSync(`docs/${name}`, 'utf8');

describe('the documentation', () => {
  it.each(
    FAULT_KINDS.map(({ type, per, summary, attributes }) => [type, { per, summary, attributes }] as const),
  )('says of the fault %s what it is, and names its attributes', (type, { per, summary, attributes }) => {
    const row = doc('faults.md')
      .split('\n')
      .find((line) => line.startsWith(`| \`${type}\` | ${per} | ${summary} |`));
    expect(row).toBeDefined();
    const schema = z.toJSONSchema(attributes, { io: 'input' }) as {
      properties?: object;
      anyOf?: { properties: object }[];
    };
    const names = [schema, ...(schema.anyOf ?? [])].flatMap(({ properties = {} }) => Object.keys(properties));
    const selects = names.includes('skip');
    const own = names.filter((name) => !selects || !['types', 'serviceId', 'skip', 'limit'].includes(name));
    for (const name of own) expect(row).toContain(`\`${name}\``);
    expect(row!.includes('selection')).toBe(selects);
  });

  it('lists every operation and every error of the admin API', () => {
    const text = doc('admin-api.md');
    for (const { method, path, summary } of ROUTES)
      expect(text).toContain(`| \`${method} ${path}\` | ${summary} |`);
    for (const [code, [status, meaning]] of Object.entries(ADMIN_ERRORS)) {
      expect(text).toContain(`| \`${code}\` | ${status} | ${meaning} |`);
    }
  });

  it('shows a capture that can be read', () => {
    const blocks = [...doc('captures.md').matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json);
    const { entries, complete } = readCapture(blocks.join(''));
    expect(complete).toBe(true);
    expect(entries.map(({ kind }) => kind)).toEqual(['event', 'frame', 'frame']);
  });

  it('shows a fault of your own that runs', () => {
    const code = /```js\n(.*?)```/s.exec(doc('creating-faults.md'))![1]!;
    // Node 20 does not know `await using` yet.
    const runnable = `${code.replace('await using service', 'const service')}\nawait service.stop();`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', runnable], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(output).toBe('{ nth: 3, times: 2 }\n');
  });
});
