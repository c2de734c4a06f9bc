import { MessageType } from 'tunnel-testbed/protocol';
import { type LiveStream, scenario } from 'tunnel-testbed/scenarios';

/** More than 128: clients that count in a byte or in a small table fail there. */
const MANY = 130;

export default scenario({
  id: 'connections/one-more-than-declared',
  title: 'One connection more than the client declares (at most 130 in all) does not harm the others',
  rules: ['S9', 'S17'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  extraMs: 60_000,
  why: 'Nothing stops a person from opening one more browser tab. The other tabs must continue to work.',
  expects:
    'As many connections as the client declares carry bytes, up to 130. The client may serve or refuse one more, and the others continue.',
  run: async (trial) => {
    const count = Math.min(trial.declares.connections, MANY);
    const first = await trial.opens();
    const streams: LiveStream[] = [first];
    while (streams.length < count)
      streams.push(await trial.opens({ on: first, ids: { connectionId: streams.length + 1 } }));
    if (count < MANY) {
      if (trial.role === 'source') await trial.app.connects(trial.serviceId);
      else first.inject({ type: MessageType.CONNECTION_START, connectionId: count + 1 });
      await first.socket.settles();
    }
    const some = new Set([0, 1, count - 2, count - 1].map((at) => streams[at]!));
    for (const stream of some) await stream.echoes({ rule: 'S9', trigger: 'CONNECTION_START' });
  },
});
