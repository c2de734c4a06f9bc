import { scenario } from 'tunnel-testbed/scenarios';

/** Every socket can hold this many bytes for an application that does not read, so no client has to slow the tunnel. */
const HELD_BYTES = 16_000;

export default scenario({
  id: 'backpressure/unread-application-and-others',
  title: 'An application that does not read its few bytes blocks nothing else',
  rules: ['S14', 'S17'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'One stopped program (Ctrl+Z is enough) must not stop the others.',
  expects:
    'The client serves another service and answers pings. It acts on the end of the unread stream and on a close frame.',
  run: async (trial) => {
    const [first, second] = trial.service.services as [string, string];
    const unread = await trial.opens({ serviceId: first, paused: true });
    unread.app.stopsReading();
    unread.injectData(trial.bytes(HELD_BYTES));
    await unread.socket.settles();
    const other = await trial.opens({ serviceId: second });
    await other.echoes('S14');
    await other.ends({ rule: 'S14' });
    const next = await trial.opens({ serviceId: second });
    await next.echoes('S14');
    await unread.socket.closes(1001, 'Service is stopping');
    await next.appIsClosed({ rule: 'S13', trigger: 'websocket-closed' });
    await trial.awaits(unread.socket.ended, { rule: 'W6', symptom: 'keeps-tcp-open' });
  },
});
