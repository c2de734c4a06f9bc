import fc from 'fast-check';
import { hexBytes } from './inputs.js';

const small = fc.integer({ min: 0, max: 200 });
/** At the bounds and beyond, now and then. */
const number = fc.oneof(
  { weight: 6, arbitrary: small },
  { weight: 1, arbitrary: fc.constantFrom(-1, 86_400_000, 2 ** 30, 1.5, 65_535) },
);
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Attributes that kinds of faults have; each takes a few of them. */
const ATTRIBUTES: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  latency: fc.record({ latency: number, jitter: some(number) }),
  bandwidth: fc.record({ rate: fc.oneof(number, fc.constantFrom(0.001, 1000)) }),
  slow_close: fc.record({ delay: number }),
  timeout: fc.record({ timeout: some(number) }),
  reset_peer: fc.record({ timeout: some(number) }),
  slicer: fc.record({
    average_size: fc.oneof(fc.integer({ min: 1, max: 20 }), number),
    size_variation: some(number),
    delay: some(number),
  }),
  limit_data: fc.record({ bytes: number }),
  down: fc.constant({}),
  reject_handshake: fc.record({
    status: some(fc.constantFrom(400, 403, 500, 599)),
    times: some(small),
    delay: some(number),
  }),
  reframe: fc.oneof(
    fc.record({ mode: fc.constantFrom('as-sent', 'merge', 'one-per-message') }),
    fc.record({ mode: fc.constant('split'), sizes: fc.array(number, { maxLength: 4 }) }),
    fc.record({ mode: fc.constant('split'), maxBytes: number, seed: some(small) }),
  ),
  drop_frame: selected({}),
  duplicate_frame: selected({}),
  reorder_frames: selected({ window: some(number), delay: some(number) }),
  corrupt_payload: selected({ bytes: some(number) }),
  corrupt_length: selected({ delta: some(fc.integer({ min: -70_000, max: 70_000 })) }),
  truncate_frame: selected({ bytes: some(number) }),
  stale_stream_id: selected({
    streamId: some(fc.integer()),
    mode: some(fc.constantFrom('insert', 'replace')),
  }),
  unknown_type: selected({ type: some(fc.integer()), ignorable: some(fc.boolean()) }),
  unknown_field: selected({ number: some(fc.integer({ min: 1, max: 2 ** 29 })) }),
  session_reset: fc.record({ timeout: some(number) }),
  stream_reset: selected({}),
  resend_service_ids: fc.record({
    interval: some(number),
    serviceIds: some(fc.array(hexBytes(4), { maxLength: 3 })),
  }),
  no_service_ids: fc.constant({}),
  ignore_pings: fc.constant({}),
};

/** A fault of any kind on the input's own tunnel, as the admin API takes it. */
export const anyFault = fc.oneof(
  ...Object.entries(ATTRIBUTES).map(([type, attributes]) =>
    fc.record({
      type: fc.constant(type),
      name: fc.constantFrom('one', 'two', 'three', 'four'),
      tunnelId: fc.constant('$TUNNEL'),
      direction: some(fc.constantFrom('to-source', 'to-destination')),
      toxicity: some(fc.constantFrom(0, 0.5, 1)),
      attributes,
    }),
  ),
);

function selected(more: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record({
    types: some(fc.subarray(['DATA', 'STREAM_START', 'STREAM_RESET', 'SERVICE_IDS', 42])),
    skip: some(small),
    limit: some(number),
    ...more,
  });
}
