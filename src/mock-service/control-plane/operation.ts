import type { z } from 'zod';
import type { TunnelActions, TunnelRegistry } from '../tunnels/index.js';
import { validate } from './validation.js';

/** What an operation may use. */
export interface OperationContext {
  readonly registry: TunnelRegistry;
  /** Opens and rotates, and tells the device. */
  readonly actions: TunnelActions;
  /** Of this request: the scope of its signature, else the service's own. */
  readonly region: string;
}

/** One operation of the API: takes the request's JSON, returns the answer's text. */
export interface Operation {
  readonly name: string;
  /** @throws {ApiError | ServiceError} with AWS's reason. */
  run(input: unknown, context: OperationContext): string;
}

/** Declares an operation with the constraints on its input. */
export function operation<T extends z.ZodType, O extends object>(
  name: string,
  input: T,
  run: (input: z.output<T>, context: OperationContext) => O,
  write: (output: O) => string = JSON.stringify,
): Operation {
  return { name, run: (json, context) => write(run(validate(input, json), context)) };
}
