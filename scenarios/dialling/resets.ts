import { MessageType, messageTypeName } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

const RESETS = [
  ['stream-reset', 'STREAM_RESET', 'S8', (ids: object) => ({ ...ids, connectionId: 0 })],
  ['session-reset', 'SESSION_RESET', 'S12', () => ({})],
] as const;

export default RESETS.map(([name, type, rule, fields]) =>
  scenario({
    id: `dialling/${name}`,
    title: `${messageTypeName(MessageType[type])} works while the client is dialling`,
    rules: [rule, 'S4'],
    role: 'destination',
    why: 'The application at the source is gone. A connection that is made later would stay open for nobody.',
    expects:
      'The client gives up the dial, or closes the connection when it is made, and serves the next stream. It keeps its WebSocket.',
    run: async (trial) => {
      const { socket, ids, within } = await whileDialling(trial);
      socket.inject({ ...fields(ids), type: MessageType[type] });
      await socket.settles();
      await trial.app.answers(trial.serviceId);
      // The dial may still succeed. That connection does not belong to the next stream.
      const late = trial.app.accepted(trial.serviceId);
      const app = await trial.comes(late, LATE_MS);
      if (app === undefined) late.giveUp();
      else await trial.awaits(app.ended, { rule, symptom: 'left-connection-open', trigger: type, within });
      await trial.survives({ rule, trigger: type });
    },
  }),
);

/** A dial that the client did not give up must succeed within this time, in milliseconds. A later one is not judged. */
const LATE_MS = 20;
