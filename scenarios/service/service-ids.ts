import { MessageType, SUBPROTOCOL_OF } from 'tunnel-testbed/protocol';
import { RawPeer, serviceScenario } from 'tunnel-testbed/scenarios';
import { echoes, starts } from './support/tunnel.js';

export default [
  serviceScenario({
    id: 'service/service-ids-first',
    title: 'SERVICE_IDS comes first on 2.0 and 3.0',
    rules: ['S1'],
    versions: ['V2', 'V3'],
    why: 'Local proxies start only after they have received it.',
    expects: 'SERVICE_IDS with the services of the tunnel is the first message on 2.0 and 3.0.',
    run: async (trial) => {
      for (const version of ['V2', 'V3'] as const) {
        if (version > trial.version) continue;
        const { source } = await trial.opensTunnel(['SSH', 'HTTP']);
        const peer = await trial.asks('source', source, { subprotocol: SUBPROTOCOL_OF[version] });
        // Another scenario judges a service that refuses an older version.
        if (!(peer instanceof RawPeer)) continue;
        const ids = await trial.awaits(peer.messages.take(), { rule: 'S1', symptom: 'no-service-ids' });
        trial.check(ids.type === MessageType.SERVICE_IDS, {
          rule: 'S1',
          symptom: 'service-ids-not-first',
          detail: `${ids.type}`,
        });
        const names = [...ids.availableServiceIds].sort().join();
        trial.check(names === 'HTTP,SSH', { rule: 'S1', symptom: 'service-ids-differ', detail: names });
      }
    },
  }),
  serviceScenario({
    id: 'service/no-service-ids-on-1.0',
    title: 'SERVICE_IDS never comes on 1.0',
    rules: ['S1'],
    versions: ['V1'],
    why: 'A V1 client does not know the message, and may end because of it.',
    expects: 'On 1.0 the service relays messages and does not send SERVICE_IDS.',
    run: async (trial) => {
      const tokens = await trial.opensTunnel();
      const destination = await trial.connects('destination', tokens.destination, 'H6');
      const source = await trial.connects('source', tokens.source, 'H6');
      const ids = await starts(trial, source, destination);
      await echoes(trial, { source, destination, ids });
      for (const peer of [source, destination]) {
        const sent = peer.messages.untaken.some(({ type }) => type === MessageType.SERVICE_IDS);
        trial.check(!sent, { rule: 'S1', symptom: 'service-ids-on-1.0' });
      }
    },
  }),
];
