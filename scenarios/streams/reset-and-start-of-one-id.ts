import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

const ROUNDS = 20;
/** The scenario waits this long for a connection too many, in milliseconds. */
const ONE_MORE_MS = 20;

export default scenario({
  id: 'streams/reset-and-start-of-one-id',
  title: 'If a stream is reset and started again with the same id in one message, it works each time',
  rules: ['S4', 'S8', 'W4'],
  role: 'destination',
  extraMs: 60_000,
  why: 'Some clients close a moment later, by the id. Then they close the new stream, or leave one more connection open each time.',
  expects:
    'Each time, the client closes the connection of the stream that ended and dials again for the new one.',
  run: async (trial) => {
    const socket = await trial.connected();
    const ids = trial.newIds();
    const reset = encodeFrame(message({ ...ids, connectionId: 0, type: MessageType.STREAM_RESET }));
    const start = encodeFrame(message({ ...ids, type: MessageType.STREAM_START }));
    const within = trial.patienceMs + trial.declares.dialMs;
    const apps = [];
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = trial.bytes(5);
      const frames = [...(round === 0 ? [] : [reset]), start, encodeData(ids, bytes)];
      socket.injectFrames(
        [binary(Buffer.concat(frames))],
        `${round === 0 ? '' : 'STREAM_RESET, '}STREAM_START and DATA of one id in one message`,
        ids,
      );
      const accepted = trial.app.accepted(trial.serviceId);
      const app = await trial.awaits(accepted, { rule: 'S4', symptom: 'did-not-dial', within });
      apps.push(app);
      const got = await trial.awaits(app.arrives(bytes.length), {
        rule: 'S4',
        symptom: 'lost-data-behind-start',
        within,
      });
      trial.check(got.equals(bytes), { rule: 'S4', symptom: 'changed-data-behind-start' });
    }
    for (const old of apps.slice(0, -1)) {
      await trial.awaits(old.ended, { rule: 'S8', symptom: 'left-connection-open', trigger: 'STREAM_RESET' });
      old.closes();
    }
    // This wait also gives a client that closes late the time to close the last stream.
    const more = await trial.comes(trial.app.accepted(trial.serviceId), ONE_MORE_MS);
    trial.check(more === undefined, { rule: 'S4', symptom: 'dials-more-than-once' });
    const last = apps.at(-1)!;
    const end = trial.bytes(5);
    socket.inject({ ...ids, type: MessageType.DATA, payload: end });
    const got = await trial.awaits(last.arrives(end.length), {
      rule: 'S4',
      symptom: 'nothing-to-application',
    });
    trial.check(got.equals(end), { rule: 'S4', symptom: 'ended-stream' });
  },
});
