import { codec } from './codec/codec.js';
import type { Bench } from './harness/bench.js';

/** All benches, in the order in which they run. */
export const benches: readonly Bench[] = [codec];
