import { z } from 'zod';
import type { Side } from '../../protocol/index.js';
import { FaultError } from './errors.js';
import type { FaultKind } from './kind.js';

/** The description of a fault to install. */
export const faultSpecSchema = z.strictObject({
  /** The kind of fault. */
  type: z.string(),
  /** The fault's name. Default: the type and the direction. */
  name: z
    .string()
    .regex(/^[\w.:-]{1,128}$/, 'must be 1 to 128 letters, digits or _ . : -')
    .optional(),
  /** The direction that the fault works on: towards the source, or towards the destination. Default: both. */
  direction: z.enum(['to-source', 'to-destination']).optional(),
  /** The same as `direction`, given by the side that the direction leads to. */
  side: z.enum(['source', 'destination']).optional(),
  /** The fault works on this tunnel only. Default: on every tunnel, also on those opened later. */
  tunnelId: z.string().optional(),
  /** The probability that the fault affects a connection or a frame, from 0 to 1. */
  toxicity: z.number().min(0).max(1).default(1),
  /** The seed of the fault's random numbers. Default: its name. */
  seed: z.union([z.string(), z.number()]).optional(),
  attributes: z.record(z.string(), z.unknown()).default({}),
});

export type FaultSpec = z.input<typeof faultSpecSchema>;

/** What can be changed in an installed fault. */
export const faultChangeSchema = z.strictObject({
  toxicity: z.number().min(0).max(1).optional(),
  /** The attributes to change. The others stay the same. */
  attributes: z.record(z.string(), z.unknown()).optional(),
});

export type FaultChange = z.input<typeof faultChangeSchema>;

/** A fault with all defaults filled in, as the API shows it. */
export const faultViewSchema = z.object({
  name: z.string(),
  type: z.string(),
  sides: z
    .array(z.enum(['source', 'destination']))
    .describe('The sides that receive the frames that the fault works on'),
  tunnelId: z.string().optional(),
  toxicity: z.number(),
  seed: z.union([z.string(), z.number()]),
  attributes: z.record(z.string(), z.unknown()),
});

export type FaultView = Readonly<z.output<typeof faultViewSchema>>;

/** @throws {FaultError} FAULT_INVALID, FAULT_TYPE_UNKNOWN. */
export function settle(spec: unknown, kinds: ReadonlyMap<string, FaultKind>): FaultView {
  const { type, name, direction, side, tunnelId, toxicity, seed, attributes } = check(faultSpecSchema, spec);
  const kind = kinds.get(type);
  if (kind === undefined) {
    const known = [...kinds.keys()].join(', ');
    const what = `There is no fault of type ${JSON.stringify(type.slice(0, 100))}; use one of ${known}`;
    throw new FaultError('FAULT_TYPE_UNKNOWN', what);
  }
  if (direction !== undefined && side !== undefined && direction !== `to-${side}`) {
    const what = `direction ${direction} and side ${side} contradict each other; give one of them`;
    throw new FaultError('FAULT_INVALID', what);
  }
  const only = side ?? (direction?.slice('to-'.length) as Side | undefined);
  const usualName = only === undefined ? type : `${type}_to-${only}`;
  return {
    name: name ?? usualName,
    type,
    sides: only === undefined ? ['source', 'destination'] : [only],
    ...(tunnelId !== undefined && { tunnelId }),
    toxicity,
    seed: seed ?? name ?? usualName,
    attributes: checkAttributes(kind, attributes),
  };
}

/** @throws {FaultError} FAULT_INVALID. */
export function settleChange(before: FaultView, change: unknown, kind: FaultKind): FaultView {
  const { toxicity = before.toxicity, attributes = {} } = check(faultChangeSchema, change);
  return {
    ...before,
    toxicity,
    attributes: checkAttributes(kind, { ...before.attributes, ...attributes }),
  };
}

function checkAttributes(kind: FaultKind, attributes: unknown): Record<string, unknown> {
  return check(kind.attributes as z.ZodType, attributes, `Attributes of ${kind.type}`) as Record<
    string,
    unknown
  >;
}

function check<T extends z.ZodType>(schema: T, value: unknown, what = 'Fault'): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 3).map(({ path, message }) => {
    return path.length > 0 ? `${path.join('.')}: ${message}` : message;
  });
  throw new FaultError('FAULT_INVALID', `${what}: ${issues.join('; ')}`);
}
