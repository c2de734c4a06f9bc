import { MAX_SERVICE_ID_LENGTH } from '../../protocol/index.js';
import { ClientError } from '../errors.js';

/**
 * Checks the number and the lengths of the tunnel's service ids. There must be limits, because each id takes a port, a
 * table entry and room in every frame.
 * @throws {ClientError} SERVICE_MISMATCH.
 */
export function checkServiceIds(ids: readonly string[], maxServices: number): void {
  if (ids.length > maxServices) throw tooManyServices(ids.length, maxServices);
  const long = ids.find((id) => id.length > MAX_SERVICE_ID_LENGTH);
  if (long === undefined) return;
  const what = `the tunnel names a service id of ${long.length} characters; ids have at most ${MAX_SERVICE_ID_LENGTH}`;
  throw new ClientError('SERVICE_MISMATCH', what);
}

export function tooManyServices(count: number, most: number): ClientError {
  const what = `the tunnel has ${count} services; at most ${most} are served: raise maxServices if you need them all`;
  return new ClientError('SERVICE_MISMATCH', what);
}
