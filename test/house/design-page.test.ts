import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const page = readFileSync(join(root, 'docs/design.md'), 'utf8');
const ways = page.split(/^##+ /m).filter((section) => section.startsWith('The way of'));

describe('docs/design.md tells the way of something as files that a reader can follow:', () => {
  it.each(ways.map((way) => [way.split('\n', 1)[0]!, way]))('%s', (_title, way) => {
    const stops = way.match(/^\d+\. .*(\n {2,}.*)*/gm) ?? [];
    expect(stops.length).toBeGreaterThan(4);
    expect(stops.length).toBeLessThanOrEqual(12);
    const missing = stops.flatMap((stop) => {
      expect(stop).toMatch(/^\d+\. `[\w/.-]+\.ts`/);
      const named = [...stop.matchAll(/`([\w/-]+\.ts)`/g)].map(([, file]) => file!);
      // A name alone is a file beside the one that the stop begins with.
      const folders = ['', 'src/mock-service', dirname(named[0]!)];
      return named.filter((file) => !folders.some((folder) => existsSync(join(root, folder, file))));
    });
    expect(missing).toEqual([]);
  });

  it('an access token', () => {
    const way = ways.find((section) => section.startsWith('The way of an access token'))!;
    expect(way.match(/^\d+\. /gm)).toHaveLength(9);
  });
});
