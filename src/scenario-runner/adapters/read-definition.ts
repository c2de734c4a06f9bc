import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { StartRequest } from './adapter.js';
import { type ClientDefinition, clientDefinition, DefinitionError, splitCommand } from './definition.js';
import { fill, placeholders } from './placeholders.js';

interface ReadOptions {
  /** Somebody else starts the client, so no command is needed. */
  readonly attached?: boolean;
}

type Path = readonly PropertyKey[];

/**
 * Reads a definition file. A relative working directory is taken from the file's folder.
 * @throws {DefinitionError} naming the file, line and key, and what is wrong there.
 */
export async function readClientDefinition(
  path: string,
  options: ReadOptions = {},
): Promise<ClientDefinition> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new DefinitionError(`Cannot read the client definition ${path}: ${(error as Error).message}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => `${path}:${lines.linePos(offset).line}`;
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new DefinitionError(`${at(broken.pos[0])}: this is not YAML: ${broken.message}`);
  const parsed = clientDefinition.safeParse(document.toJS() ?? {});
  const complain = (wrong: readonly { path: Path; what: string }[]): never => {
    const said = wrong.map(({ path: key, what }) => {
      const name = key.length === 0 ? '' : `${key.join('.')}: `;
      return `${at(offsetOf(document, key))}: ${name}${what}`;
    });
    throw new DefinitionError(said.join('; '));
  };
  if (!parsed.success) return complain(parsed.error.issues.flatMap(explain));
  const definition = parsed.data;
  if (options.attached !== true && definition.source === undefined && definition.destination === undefined) {
    complain([{ path: [], what: 'give a command for source, for destination, or both' }]);
  }
  complainOf(unusable(definition), complain);
  const folder = resolve(dirname(path), definition.workingDirectory ?? '.');
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) complain([{ path: ['workingDirectory'], what: `there is no folder ${folder}` }]);
  return { ...definition, workingDirectory: folder };
}

function complainOf<T>(wrong: readonly T[], complain: (wrong: readonly T[]) => never): void {
  if (wrong.length > 0) complain(wrong);
}

/** One issue of zod, described for people: what is wrong, and in which key. */
function explain(issue: z.core.$ZodIssue): { path: Path; what: string }[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], what: 'there is no such key' }));
  }
  if (issue.code === 'invalid_union' && path.at(-1) === 'command') {
    return [{ path, what: 'must be a command line, or a list of words that is not empty' }];
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    return [{ path, what: 'is missing' }];
  }
  return [{ path, what: issue.message.replace(/^Invalid (input|option): /, '') }];
}

/** The place of a key in the text, or of the nearest key around it that exists. */
function offsetOf(document: Document, path: Path): number {
  const key = path.at(-1);
  const holder: unknown = path.length === 0 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (holder instanceof Object && 'items' in holder && Array.isArray(holder.items)) {
    const pair = (holder.items as { key?: unknown }[]).find((item) => nameOf(item.key) === String(key));
    if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  const node: unknown = document.getIn(path, true);
  if (path.length > 0 && isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
}

function nameOf(key: unknown): string {
  return key instanceof Object && 'value' in key ? String(key.value) : String(key);
}

/** A made-up run, in which every placeholder has a value. */
const TRIAL: StartRequest = {
  role: 'source',
  version: 'V3',
  services: ['SSH'],
  service: { host: '127.0.0.1', port: 1 },
  scheme: 'ws',
  accessToken: 'token',
  clientToken: 'token',
  caPath: 'ca',
  caDir: 'ca',
  ports: new Map([['SSH', { host: '127.0.0.1', port: 1 }]]),
};

/** Faults that the schema cannot find: unknown placeholders, invalid patterns, commands without words. */
function unusable(definition: ClientDefinition): { path: Path; what: string }[] {
  const wrong: { path: Path; what: string }[] = [];
  const attempt = (path: Path, what: () => unknown): void => {
    try {
      what();
    } catch (error) {
      wrong.push({ path, what: (error as Error).message });
    }
  };
  attempt(['mapping'], () => placeholders(definition.mapping, TRIAL));
  if (wrong.length > 0) return wrong;
  const values = placeholders(definition.mapping, TRIAL);
  for (const role of ['source', 'destination'] as const) {
    const { command, listening } = definition[role] ?? {};
    attempt([role, 'command'], () => {
      const words = typeof command === 'string' ? splitCommand(command) : command;
      if (words?.[0] === '' || words?.length === 0) throw new DefinitionError('does not name a program');
      for (const word of words ?? []) fill(word, values);
    });
    if (listening !== undefined) attempt([role, 'listening'], () => groupIn(listening));
  }
  for (const [version, words] of Object.entries(definition.versionArguments)) {
    for (const word of words ?? []) attempt(['versionArguments', version], () => fill(word, values));
  }
  for (const [name, value] of Object.entries(definition.environment)) {
    attempt(['environment', name], () => fill(value, values));
  }
  const { ready } = definition;
  if (ready !== undefined) attempt(['ready', 'output'], () => new RegExp(ready.output));
  return wrong;
}

/** Checks a pattern that must have a group, which finds the wanted part of the text. */
function groupIn(pattern: string): void {
  const groups = new RegExp(`${pattern}|`).exec('')!.length - 1;
  if (groups < 1) throw new DefinitionError('has no group for the port, such as ([0-9]+)');
}
