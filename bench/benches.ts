import { codec } from './codec/codec.js';
import { controlPlane } from './control-plane/control-plane.js';
import type { Bench } from './harness/bench.js';
import { relay } from './relay/relay.js';
import { tunnel } from './tunnel/tunnel.js';

/** All benches, in the order in which they run. */
export const benches: readonly Bench[] = [codec, relay, controlPlane, tunnel];
