import type { Operation } from '../operation.js';
import { closeTunnel } from './close-tunnel.js';
import { describeTunnel } from './describe-tunnel.js';
import { listTagsForResource } from './list-tags-for-resource.js';
import { listTunnels } from './list-tunnels.js';
import { openTunnel } from './open-tunnel.js';
import { rotateTunnelAccessToken } from './rotate-tunnel-access-token.js';
import { tagResource } from './tag-resource.js';
import { untagResource } from './untag-resource.js';

/** The operations by their names in `X-Amz-Target`. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [
    openTunnel,
    closeTunnel,
    describeTunnel,
    listTunnels,
    rotateTunnelAccessToken,
    tagResource,
    untagResource,
    listTagsForResource,
  ].map((operation) => [operation.name, operation]),
);
