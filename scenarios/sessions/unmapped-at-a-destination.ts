import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/unmapped-at-a-destination',
  title: 'A destination does not serve a service that it has no address for with another',
  rules: ['S2'],
  role: 'destination',
  versions: ['V2', 'V3'],
  needs: { kind: 'local-proxy', services: 2 },
  why: 'Whoever asks for one service would be let in at another.',
  run: async (stage) => {
    if (stage.client.configuredBy === 'bare port') stage.skip('its definition never names the service');
    const [mapped, unmapped] = stage.service.services as [string, string];
    const ports = new Map([[mapped, stage.app.ports.get(mapped)!]]);
    const running = await stage.client.startsWith({ services: [mapped], ports });
    const ended = running.exited.then(() => undefined);
    const link = await stage.client.within(
      Promise.race([stage.service.links.take(), ended]),
      stage.patienceMs,
      () => undefined,
    );
    if (link === undefined) return stage.skip('it did not connect with this configuration');
    const address = stage.newAddress(unmapped);
    link.inject({ type: MessageType.STREAM_START, ...address });
    // It may end, with or without closing, or refuse the stream alone; saying nothing is read as not having started.
    const refused = link.messages.take(
      (m) => m.type === MessageType.STREAM_RESET && m.streamId === address.streamId,
    );
    const dialled = stage.app.accepted(mapped).then(() => true);
    const quiet = Promise.race([refused, link.ended, ended]).then(() => false);
    const isServed = await stage.client.within(Promise.race([dialled, quiet]), stage.patienceMs, () => false);
    const symptom = 'it serves a service that it has no address for with another';
    stage.check(!isServed, 'S2', symptom, `${unmapped} went to ${mapped}`, 'SHOULD');
  },
});
