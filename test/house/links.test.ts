import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT, sourcesIn } from '../../scripts/pages/sources.js';
import { anchorsOf, type Link, linksOf, type Page, pages } from './support/markdown.js';

const anchorsByFile = new Map<string, Set<string>>();

function anchorsIn(file: string): Set<string> {
  const known = anchorsByFile.get(file) ?? anchorsOf(readFileSync(`${ROOT}/${file}`, 'utf8'));
  anchorsByFile.set(file, known);
  return known;
}

function isBroken({ file, anchor }: Link): boolean {
  if (!existsSync(`${ROOT}/${file}`)) return true;
  return anchor !== undefined && !anchorsIn(file).has(anchor);
}

describe('every link of a page leads to a file and an anchor that are there', () => {
  it.each(pages().map((page) => [page.path, page] as const))('%s', (_, page) => {
    expect(linksOf(page).filter(isBroken)).toEqual([]);
  });
});

/** Everything that may cite the protocol: code, scenarios, tests, examples, vectors and pages. */
const CITING: readonly Page[] = [
  ...['src', 'scenarios', 'test', 'bench', 'scripts', 'proto'].flatMap((folder) =>
    sourcesIn(folder, /\.(ts|mjs|proto)$/),
  ),
  ...sourcesIn('examples', /\.(mjs|sh|yml)$/),
  ...sourcesIn('vectors', /\.json$/),
  ...pages(),
];

/** Ids of rules and of decisions; not part of a longer word, path or hexadecimal. */
const ID = /(?<![\w#./-])(?:[HWMSX][1-9]\d?|D[1-9]\d?)(?![\w.-]*[\w-])/g;

/** Made up: tests show that these are refused. */
const MADE_UP: ReadonlySet<string> = new Set(['S99', 'M14']);

describe('every reference to the protocol resolves to an anchor', () => {
  const known = anchorsIn('docs/protocol.md');

  it('ids of rules and of decisions', () => {
    const cited = new Map<string, string>();
    for (const { path, text } of CITING) {
      for (const [id] of text.matchAll(ID)) cited.set(id, path);
    }
    expect(cited.size).toBeGreaterThan(60);
    expect([...cited].filter(([id]) => !known.has(id) && !MADE_UP.has(id))).toEqual([]);
  });

  it('anchors and pages that code and comments name', () => {
    const broken: string[] = [];
    let seen = 0;
    for (const { path, text } of CITING) {
      for (const [reference, file, anchor] of text.matchAll(/(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g)) {
        seen++;
        if (isBroken({ file: file!, anchor })) broken.push(`${path}: ${reference}`);
      }
    }
    expect(seen).toBeGreaterThan(20);
    expect(broken).toEqual([]);
  });

  it('no text cites a section by its number, unless it is of an RFC', () => {
    const cites = /PROTOCOL\.md|§|\b[Ss]ections? \d/;
    const found = CITING.flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => cites.test(line) && !/RFC \d+/.test(line) && !line.includes('const cites'))
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
});
