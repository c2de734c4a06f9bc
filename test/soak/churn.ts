import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import type { Random } from '../fuzz/random.js';
import { anyFault } from '../fuzz/service/any-fault.js';
import { ofHex } from '../fuzz/service/inputs.js';
import { anyFrame } from '../fuzz/service/tunnel-messages.js';
import { inFrames, join, SIDES, withTunnel } from '../fuzz/service/tunnel-sides.js';
import { Neighbour } from '../fuzz/subject/neighbour.js';
import type { FuzzedService } from '../fuzz/subject/service.js';

/** Faults under which not a byte may be lost, though it may come late and in other pieces. */
const HARMLESS = [
  { type: 'latency', attributes: { latency: 20, jitter: 20 } },
  { type: 'slicer', attributes: { average_size: 40, size_variation: 30 } },
  { type: 'reframe', attributes: { mode: 'split', sizes: [1, 2, 3, 500] } },
  { type: 'reframe', attributes: { mode: 'merge' } },
  { type: 'bandwidth', attributes: { rate: 200 } },
  { type: 'resend_service_ids', attributes: { interval: 50 } },
] as const;

/** A tunnel for its own short life: opened, joined, used, closed in one of the ways that there are. */
export async function shortTunnel(service: FuzzedService, random: Random): Promise<void> {
  const neighbour = await Neighbour.start(service.api, random.oneIn(2) ? service.ca : undefined);
  for (let i = random.below(4); i >= 0; i--) await neighbour.exchange(1 + random.below(20_000));
  const forget = random.oneIn(2);
  if (random.oneIn(2)) neighbour[Symbol.dispose]();
  await service.api.call('DELETE', `/admin/tunnels/${neighbour.tunnelId}${forget ? '?delete=true' : ''}`);
  neighbour[Symbol.dispose]();
}

/** One fault that loses nothing, on a tunnel that has to keep its sequence under it, on and off again. */
export async function harmlessFault(
  service: FuzzedService,
  neighbour: Neighbour,
  random: Random,
): Promise<void> {
  const name = `harmless-${neighbour.tunnelId}`;
  await service.api.call('POST', '/admin/faults', {
    name,
    tunnelId: neighbour.tunnelId,
    ...random.pick(HARMLESS),
  });
  for (let i = 0; i < 3; i++) await neighbour.exchange(1 + random.below(5000));
  await service.api.call('DELETE', `/admin/faults/${name}`);
}

/** A tunnel that is sent what breaks rules, under a fault of any kind. */
export async function brokenTunnel(service: FuzzedService, random: Random): Promise<void> {
  await withTunnel(service, ['SSH'], async (tunnel) => {
    const joined = (side: 'source' | 'destination') =>
      join(service, side, tunnel[side], { tls: random.oneIn(2), version: '3.0' });
    const sides = { source: await joined('source'), destination: await joined('destination') };
    const [fault] = fc.sample(anyFault, { numRuns: 1, seed: random.next() | 0 });
    const name = `broken-${tunnel.id}`;
    await service.api.call(
      'POST',
      '/admin/faults',
      JSON.stringify({ ...fault, name }).replace('$TUNNEL', tunnel.id),
    );
    for (const frame of fc.sample(anyFrame, { numRuns: 8, seed: random.next() | 0 })) {
      sides[random.pick(SIDES)].write(inFrames(ofHex(frame), [7]));
    }
    service.finish(sides.source);
    service.finish(sides.destination);
    await service.api.call('DELETE', `/admin/faults/${name}`);
  });
}

/** A capture of everything for a while, read to its end. */
export async function capture(service: FuzzedService): Promise<void> {
  const { body } = await service.api.call('POST', '/admin/captures', { maxBytes: 2_000_000 });
  const { id } = JSON.parse(body) as { id: string };
  await service.check();
  await service.api.call('GET', `/admin/captures/${id}/content`);
  await service.api.call('DELETE', `/admin/captures/${id}`);
}

/** A connection that says nothing, or something that is no request. */
export async function strayConnection(service: FuzzedService, random: Random): Promise<void> {
  const socket = connect(service.api.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (random.oneIn(2)) socket.write(random.bytes(random.below(200)));
  socket.destroy();
}
