import { readFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { ROOT, sourcesIn } from '../../../scripts/pages/sources.js';

/** A page of the repository, by its path from the root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Every Markdown page that users read. */
export function pages(): Page[] {
  const top = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'];
  const read = (path: string) => ({ path, text: readFileSync(`${ROOT}/${path}`, 'utf8') });
  return [...top.map(read), ...sourcesIn('docs', /\.md$/)];
}

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '');

/** What a link may name behind `#`: GitHub's slugs of the headings, and explicit `<a id>`. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1]!));
  for (const [, heading] of withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const words = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    anchors.add(words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-'));
  }
  return anchors;
}

export interface Link {
  /** From the root; of the page itself where the link is an anchor alone. */
  readonly file: string;
  readonly anchor: string | undefined;
}

/** The links of a page that lead into the repository. */
export function linksOf({ path, text }: Page): Link[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  const inside = targets.filter((target) => !/^[a-z]+:/.test(target));
  return inside.map((target) => {
    const [file, anchor] = target.split('#') as [string, string?];
    return { file: file === '' ? path : normalize(`${dirname(path)}/${file}`), anchor };
  });
}
