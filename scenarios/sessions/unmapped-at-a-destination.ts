import { MessageType } from 'tunnel-testbed/protocol';
import { firstOf, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/unmapped-at-a-destination',
  title: 'A destination does not serve a service that it has no address for with another',
  rules: ['S2'],
  role: 'destination',
  versions: ['V2', 'V3'],
  needs: { kind: 'local-proxy', services: 2 },
  why: 'Whoever asks for one service would be let in at another.',
  expects:
    'It refuses the stream, ends, or does not start; what it has an address for is not dialled for another service.',
  run: async (trial) => {
    if (trial.client.configuredBy === 'bare port') trial.skip('its definition never names the service');
    const [mapped, unmapped] = trial.service.services as [string, string];
    const ports = new Map([[mapped, trial.app.ports.get(mapped)!]]);
    await trial.client.starts({ services: [mapped], ports });
    const ended = trial.client.exited.then(() => undefined);
    const socket = await trial.comes(firstOf([trial.service.connection(), ended]), trial.patienceMs);
    if (socket === undefined) return trial.skip('it did not connect with this configuration');
    const ids = trial.newIds(unmapped);
    socket.inject({ type: MessageType.STREAM_START, ...ids });
    // It may end, with or without closing, or refuse the stream alone; saying nothing is read as not having started.
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
