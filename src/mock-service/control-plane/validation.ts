import { z } from 'zod';
import { ApiError } from './errors.js';

const SURROGATE = /[\ud800-\udfff]/;
/** Longer values are cut in error messages, because a request may hold a megabyte. */
const LONGEST_SHOWN = 256;
/** The number of violations in an error message. A request may have a hundred thousand. */
const MOST_SHOWN = 10;

export interface TextConstraint {
  /** The regular expression, as AWS writes it. The whole value must match it. */
  readonly pattern?: string;
  /** Length in code points. */
  readonly min?: number;
  readonly max?: number;
}

/** A string with AWS's constraints. Each broken constraint is reported in AWS's words. */
export function text({ pattern, min, max }: TextConstraint) {
  const expression = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u');
  return z.string().check((given) => {
    checkLength(given, codePoints(given.value), { min, max });
    if (expression?.test(given.value) === false) {
      refuse(given, `Member must satisfy regular expression pattern: ${pattern}`);
    }
  });
}

/** A whole number within bounds. */
export function integer({ min, max }: { min: number; max: number }) {
  return z.number().check((given) => {
    if (!Number.isInteger(given.value)) refuse(given, 'Member must be a whole number');
    if (given.value < min) refuse(given, `Member must have value greater than or equal to ${min}`);
    if (given.value > max) refuse(given, `Member must have value less than or equal to ${max}`);
  });
}

/** A list with limits on its length. If it is too long, its members are not checked: there may be a hundred thousand. */
export function list<T extends z.ZodType>(member: T, bounds: LengthBounds & { readonly max: number }) {
  return z
    .array(z.unknown())
    .check((given) => checkLength(given, given.value.length, bounds))
    .pipe(z.array(member));
}

/** An object whose member names the client chooses. It has at most `max` members. */
export function map<K extends z.core.$ZodRecordKey, T extends z.ZodType>(key: K, member: T, max: number) {
  return z
    .record(z.string(), z.unknown())
    .check((given) => checkLength(given, Object.keys(given.value).length, { max }))
    .pipe(z.record(key, member));
}

interface LengthBounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

function checkLength(given: z.core.ParsePayload, length: number, { min, max }: LengthBounds): void {
  if (min !== undefined && length < min) {
    refuse(given, `Member must have length greater than or equal to ${min}`);
  }
  if (max !== undefined && length > max) {
    refuse(given, `Member must have length less than or equal to ${max}`);
  }
}

/** Adds a broken constraint. Zod's `superRefine` does the same, but makes a new function for each checked value. */
function refuse(given: z.core.ParsePayload, message: string): void {
  given.issues.push({ code: 'custom', message, input: given.value, continue: true });
}

/**
 * Checks a request's JSON against a schema.
 * @throws {ApiError} ValidationException for broken constraints, SerializationException for a wrong JSON type.
 */
export function validate<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  // `reportInput` makes parsing several times as slow, so it is used only for the error message.
  const { issues } = schema.safeParse(input, { reportInput: true }).error ?? result.error;
  const misfit = issues.find((issue) => !isConstraint(issue));
  if (misfit !== undefined) throw new ApiError('SerializationException', misfitMessage(misfit));
  const told = issues.slice(0, MOST_SHOWN);
  throw violation(
    told.map((issue) => ({ value: issue.input, at: memberPath(issue.path), what: whatOf(issue) })),
    issues.length,
  );
}

export interface Violation {
  readonly value: unknown;
  /** The member in AWS's notation, such as `tags.1.member.key`. */
  readonly at: string;
  readonly what: string;
}

/** The ValidationException for these violations, in AWS's words. They are the first of `total` violations. */
export function violation(violations: readonly Violation[], total = violations.length): ApiError {
  const count = `${total} validation error${total === 1 ? '' : 's'} detected`;
  const each = violations.map(
    ({ value, at, what }) => `Value ${shown(value)} at '${at}' failed to satisfy constraint: ${what}`,
  );
  if (total > each.length) each.push(`${total - each.length} more`);
  return new ApiError('ValidationException', `${count}: ${each.join('; ')}`);
}

type Issue = z.core.$ZodIssue;

/** For AWS, a missing member and a value outside an enumeration break constraints. A wrong JSON type is another error. */
function isConstraint(issue: Issue): boolean {
  if (issue.code === 'custom') return true;
  if (issue.input === undefined || issue.input === null) return issue.path.length > 0;
  return issue.code === 'invalid_value' && typeof issue.input === 'string';
}

function whatOf(issue: Issue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_value' && issue.input !== undefined && issue.input !== null) {
    return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
  }
  return 'Member must not be null';
}

function misfitMessage(issue: Issue): string {
  const { input } = issue;
  const found = input === null ? 'null' : Array.isArray(input) ? 'list' : typeof input;
  const expected = issue.code === 'invalid_type' ? issue.expected : 'string';
  const at = issue.path.length === 0 ? 'the request' : `'${memberPath(issue.path)}'`;
  return `A ${found} cannot be converted to a value of type ${expected} at ${at}`;
}

function memberPath(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `${key + 1}.member` : String(key))).join('.');
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return written.length <= LONGEST_SHOWN ? `'${written}'` : `'${written.slice(0, LONGEST_SHOWN)}…'`;
}

function codePoints(value: string): number {
  if (!SURROGATE.test(value)) return value.length;
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}
