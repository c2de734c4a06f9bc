// Finds the code that keeps or judges a rule. Nothing lists that code: it names the rule itself, either as the literal
// of a finding ('S7') or in a comment (S7), and is found by search, wherever it lies.
import ts from 'typescript';
import type { Source } from './sources.js';

/** A declaration that names a rule. */
export interface Holder {
  readonly rule: string;
  /** `function`, `Class.method`, or a constant; undefined where the file's own comment names the rule. */
  readonly name: string | undefined;
  readonly path: string;
  /** `judges`: it has the rule's id as a value. `keeps`: a comment names the rule. */
  readonly how: 'judges' | 'keeps';
}

const RULE_ID = /(?<![A-Za-z0-9_-])([HWMSX][1-9]\d?)(?![A-Za-z0-9_-])/g;
/** `M1 to M13`, `H1–H9`: a span of rules. */
const SPAN = /(?<![A-Za-z0-9])([HWMSX])([1-9]\d?) ?(?:–|to) ?\1([1-9]\d?)(?![A-Za-z0-9])/g;

/** The rules that a text names, spans included. */
export function rulesNamedIn(text: string): string[] {
  const rules = new Set([...text.matchAll(RULE_ID)].map((match) => match[1]!));
  for (const [, letter, first, last] of text.matchAll(SPAN)) {
    for (let n = Number(first); n <= Number(last); n++) rules.add(`${letter}${n}`);
  }
  return [...rules];
}

/** Every declaration in a file that names a rule. Types are left out: they hold nothing. */
export function holdersIn({ path, text }: Source): Holder[] {
  if (rulesNamedIn(text).length === 0) return [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const holders = new Map<string, Holder>();
  const add = (rule: string, name: string | undefined, how: Holder['how']) => {
    const key = `${rule} ${name}`;
    if (how === 'judges' || !holders.has(key)) holders.set(key, { rule, name, path, how });
  };
  for (const { start, comment } of commentsOf(file)) {
    const rules = rulesNamedIn(comment);
    const place = rules.length > 0 ? placeOf(file, start) : undefined;
    if (place?.isCode) for (const rule of rules) add(rule, place.name, 'keeps');
  }
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && /^[HWMSX][1-9]\d?$/.test(node.text)) {
      const place = placeOf(file, node.getStart());
      if (place.isCode || place.isValue) add(node.text, place.name, 'judges');
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...holders.values()];
}

function commentsOf(file: ts.SourceFile): { start: number; comment: string }[] {
  const found = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(file.text, node.getEnd()) ?? []),
    ];
    for (const { pos, end } of ranges) found.set(pos, file.text.slice(pos, end));
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  return [...found].map(([start, comment]) => ({ start, comment }));
}

interface Place {
  readonly name: string | undefined;
  /** A function, method or class: something that can keep a rule. */
  readonly isCode: boolean;
  /** A constant, such as a list of what is judged. Its comments keep nothing. */
  readonly isValue: boolean;
}

/** The innermost named declaration around a place, its leading comment included. */
function placeOf(file: ts.SourceFile, position: number): Place {
  const names: string[] = [];
  let isValue = false;
  let node: ts.Node = file;
  for (;;) {
    const child: ts.Node | undefined = node
      .getChildren(file)
      .find((each) => each.getFullStart() <= position && position < each.getEnd());
    if (child === undefined) break;
    if (ts.isInterfaceDeclaration(child) || ts.isTypeAliasDeclaration(child)) {
      return { name: undefined, isCode: false, isValue: false };
    }
    const name = nameOf(child);
    if (name !== undefined && (names.length === 0 || ts.isClassElement(child))) {
      names.push(name);
      isValue = ts.isVariableStatement(child) && !isFunction(child);
    }
    node = child;
  }
  const name = names.length === 0 ? undefined : names.join('.');
  return { name, isCode: !isValue, isValue };
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0]?.name.getText();
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const isNamed = ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isClassElement(node);
  return isNamed ? node.name?.getText() : undefined;
}

function isFunction(statement: ts.VariableStatement): boolean {
  const value = statement.declarationList.declarations[0]?.initializer;
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
}
