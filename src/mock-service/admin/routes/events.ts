import { z } from 'zod';
import { FrameReader, LENGTH_PREFIX_BYTES, type Side } from '../../../protocol/index.js';
import { describeFrame, redact } from '../../capture/index.js';
import { openEventStream } from '../../http/index.js';
import { type AdminContext, defineRoute } from '../route.js';

const eventsQuery = z.strictObject({
  frames: z.enum(['0', '1']).default('0').describe('1: also an event for each received and sent frame'),
  payloads: z.enum(['kept', 'omitted']).default('kept'),
  tunnelId: z.string().optional(),
});

type Tell = (event: { readonly event: string; readonly at: number; readonly tunnelId?: string }) => void;

export const eventRoutes = [
  defineRoute({
    method: 'GET',
    path: '/admin/events',
    id: 'followEvents',
    summary: 'Events as they happen, as server-sent events. Each holds one JSON object',
    query: eventsQuery,
    answers: { 200: 'text/event-stream' },
    stream: ({ query }, context, { request, response }) => {
      const send = openEventStream(request, response);
      const tell: Tell = (event) => {
        if (query.tunnelId !== undefined && event.tunnelId !== query.tunnelId) return;
        send(event.event, event);
      };
      const stops = [context.events.on('*', (event) => tell(redact(event) as never))];
      if (query.frames === '1') stops.push(...followFrames(context, query.payloads, tell));
      response.once('close', () => {
        for (const stop of stops) stop();
      });
    },
  }),
];

/**
 * Emits each frame as a capture describes it. Sent bytes are divided into frames as the client does it, across
 * messages.
 */
function followFrames(
  { events, clock }: AdminContext,
  payloads: 'kept' | 'omitted',
  tell: Tell,
): (() => void)[] {
  const frame = (at: number, tunnelId: string, side: Side, direction: string, bytes: Uint8Array): void =>
    tell({ event: 'frame', at, tunnelId, ...{ side, direction }, ...describeFrame(bytes, payloads) });
  const readers = new Map<string, FrameReader>();
  const readerOf = (channelId: string, tunnelId: string, side: Side): FrameReader => {
    const known = readers.get(channelId);
    if (known !== undefined) return known;
    const reader = new FrameReader((bytes, start, end) => {
      frame(clock.now(), tunnelId, side, 'sent', bytes.subarray(start - LENGTH_PREFIX_BYTES, end));
    });
    readers.set(channelId, reader);
    return reader;
  };
  return [
    events.on('frame-received', ({ at, tunnelId, from, frame: bytes }) =>
      frame(at, tunnelId, from, 'received', bytes),
    ),
    events.on('bytes-sent', ({ tunnelId, to, channelId, parts }) => {
      for (const part of parts) readerOf(channelId, tunnelId, to).push(part);
    }),
    events.on('side-lost', ({ channelId }) => void readers.delete(channelId)),
    events.on('side-replaced', ({ channelId }) => void readers.delete(channelId)),
  ];
}
