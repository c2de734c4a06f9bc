import { codec } from './codec/codec.js';
import type { Bench } from './harness/bench.js';
import { relay } from './relay/relay.js';

/** All benches, in the order in which they run. */
export const benches: readonly Bench[] = [codec, relay];
