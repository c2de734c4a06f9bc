import { MessageType } from 'tunnel-testbed/protocol';
import { firstOf, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/unmapped-at-a-destination',
  title: 'If a destination has no address for a service, it does not dial another service instead',
  rules: ['S2'],
  role: 'destination',
  versions: ['V2', 'V3'],
  needs: { kind: 'local-proxy', services: 2 },
  why: 'A user who wants one service would reach another one.',
  expects:
    'The client refuses the stream, ends, or does not start. It does not dial the address of another service.',
  run: async (trial) => {
    if (trial.client.configuredBy === 'bare port') trial.skip('the client file never names the service');
    const [mapped, unmapped] = trial.service.services as [string, string];
    const ports = new Map([[mapped, trial.app.ports.get(mapped)!]]);
    await trial.client.starts({ services: [mapped], ports });
    const ended = trial.client.exited.then(() => undefined);
    const socket = await trial.comes(firstOf([trial.service.connection(), ended]), trial.patienceMs);
    if (socket === undefined) return trial.skip('the client did not connect with this configuration');
    const ids = trial.newIds(unmapped);
    socket.inject({ type: MessageType.STREAM_START, ...ids });
    // It may end, with or without a close frame, or refuse only the stream. If it sends nothing, it has not started.
    const refused = socket.messages.take(
      (m) => m.type === MessageType.STREAM_RESET && m.streamId === ids.streamId,
    );
    const dialled = trial.app.accepted(mapped).then(() => true);
    const quiet = firstOf([refused, socket.ended, ended]).then(() => false);
    const isServed = await trial.comes(firstOf([dialled, quiet]), trial.patienceMs);
    trial.check(!isServed, {
      rule: 'S2',
      symptom: 'serves-unmapped-with-another',
      detail: `${unmapped} went to ${mapped}`,
      force: 'SHOULD',
    });
  },
});
