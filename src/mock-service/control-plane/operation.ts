import type { z } from 'zod';
import type { TunnelActions, TunnelRegistry } from '../tunnels/index.js';
import { validate } from './validation.js';

/** What an operation can use. */
export interface OperationContext {
  readonly registry: TunnelRegistry;
  /** Opens and rotates tunnels, and notifies the device. */
  readonly actions: TunnelActions;
  /** The region in the signature of the request; without a signature, the service's own region. */
  readonly region: string;
}

/** One operation of the API. It takes the request's JSON and returns the answer's text. */
export interface Operation {
  readonly name: string;
  /** @throws {ApiError | ServiceError} if the request cannot be carried out. */
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
