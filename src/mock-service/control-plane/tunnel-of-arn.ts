import type { Tunnel, TunnelRegistry } from '../tunnels/index.js';
import { ApiError } from './errors.js';
import { violation } from './validation.js';

const TUNNEL_ARN = /^arn:aws[a-z-]*:iot:[a-z0-9-]+:[0-9]{12}:tunnel\/([a-zA-Z0-9_\-+=:]{1,128})$/;

/**
 * The tunnel that an ARN names.
 * @throws {ApiError} ValidationException if the text is not the ARN of a tunnel. ResourceNotFoundException if it is
 * unknown.
 */
export function tunnelOfArn(registry: TunnelRegistry, arn: string): Tunnel {
  const id = TUNNEL_ARN.exec(arn)?.[1];
  if (id === undefined) {
    const what = 'Member must be of the form arn:aws:iot:<region>:<account>:tunnel/<id>';
    throw violation([{ value: arn, at: 'resourceArn', what }]);
  }
  const tunnel = registry.get(id);
  if (tunnel?.arn === arn) return tunnel;
  throw new ApiError(
    'ResourceNotFoundException',
    `There is no resource ${arn}; check region, account and tunnel id`,
  );
}
