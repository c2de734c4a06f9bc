import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { serviceOptionsSchema } from '../../src/mock-service/index.js';
import { encodeFrame, MessageType, message, RULES } from '../../src/protocol/index.js';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = await read('docs/protocol.md');

describe('docs/protocol.md', () => {
  it.each(RULES)('$id: binds whom, how strongly and where from, as in the table of rules', (rule) => {
    const { id, binds, force, from } = rule;
    const heading = `\n<a id="${id}"></a>**${id}** · ${[binds, force, from].map((x) => x.join(', ')).join(' · ')}\n`;
    expect(page).toContain(heading);
  });

  it('has the rules once each, and no other', () => {
    const ids = [...page.matchAll(/^<a id="([A-Z]\d+)"><\/a>\*\*\1\*\*/gm)].map((match) => match[1]!);
    const rules = ids.filter((id) => !id.startsWith('D'));
    expect(new Set(rules)).toEqual(new Set(RULES.map(({ id }) => id)));
    expect(ids).toHaveLength(new Set(ids).size);
  });

  it('numbers the decisions without a gap, and says of each that every reading passes', () => {
    const decisions = [...page.matchAll(/<a id="D(\d+)">/g)]
      .map((match) => Number(match[1]))
      .sort((a, b) => a - b);
    expect(decisions).toEqual(decisions.map((_, i) => i + 1));
    const [conflicts, defaults] = page
      .slice(page.indexOf('\n## Decisions'))
      .split('### Where no public source');
    for (const block of conflicts!.split('<a id="D').slice(1))
      expect(block).toMatch(/every\s+reading\s+passes/i);
    expect(defaults).toContain('every reading passes');
  });

  it.each([
    ['V3 STREAM_START', { type: MessageType.STREAM_START, streamId: 1, serviceId: 'SSH', connectionId: 1 }],
    [
      'V3 DATA',
      {
        type: MessageType.DATA,
        streamId: 1,
        serviceId: 'SSH',
        connectionId: 1,
        payload: Buffer.from('hello'),
      },
    ],
    ['V1 STREAM_START', { type: MessageType.STREAM_START, streamId: 1 }],
    ['V1 DATA', { type: MessageType.DATA, streamId: 1, payload: Buffer.from('hello') }],
  ])('gives the bytes of %s', (_, fields) => {
    expect(page).toContain(`\`${Buffer.from(encodeFrame(message(fields))).toString('hex')}\``);
  });

  it('gives the bytes of SERVICE_IDS, in groups', () => {
    const fields = { type: MessageType.SERVICE_IDS, availableServiceIds: ['SSH'] };
    const bytes = Buffer.from(encodeFrame(message(fields))).toString('hex');
    expect(page.replaceAll(/[` ]/g, '')).toContain(bytes);
  });

  it('has every field and every type of the schema', async () => {
    const schema = await read('proto/tunnel.proto');
    const fields = [...schema.matchAll(/^ {2}(?:repeated )?\w+ (\w+) = (\d)/gm)];
    const types = [...schema.matchAll(/^ {4}([A-Z_]+) = (\d)/gm)];
    expect([fields.length, types.length]).toEqual([7, 8]);
    for (const [, name, number] of fields) expect(page).toContain(`| \`${name}\` | ${number} |`);
    for (const [, name, number] of types) expect(page).toContain(`| ${name} | ${number} |`);
  });

  it('gives the default close codes and reasons of the service', () => {
    const { closes } = serviceOptionsSchema.parse({});
    for (const { code, reason } of Object.values(closes)) {
      expect(page).toContain(`${code}, \`${reason}\``);
    }
  });
});
