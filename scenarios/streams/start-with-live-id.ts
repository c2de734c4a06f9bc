import { MessageType } from 'tunnel-testbed/protocol';
import { type AppSocket, scenario } from 'tunnel-testbed/scenarios';

const ROUNDS = 20;
/** A client that dials again must do so within this time, in milliseconds. */
const DIAL_MS = 40;

export default scenario({
  id: 'streams/start-with-live-id',
  title: 'STREAM_START with the id of the live stream leaves no connection behind',
  rules: ['S5', 'S17'],
  role: 'destination',
  extraMs: 60_000,
  why: 'A source that counts from 1 and has reconnected uses the id again. Otherwise one connection to the target stays open each time.',
  expects:
    'The client replaces the stream, ends it, or ignores the message. In each case at most one connection is open, and the next stream works.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S4');
    const apps: AppSocket[] = [stream.app];
    for (let round = 1; round < ROUNDS && stream.socket.open; round++) {
      const accepted = trial.app.accepted(trial.serviceId);
      stream.inject({ type: MessageType.STREAM_START });
      await stream.socket.settles();
      const app = await trial.comes(accepted, DIAL_MS);
      if (app !== undefined) apps.push(app);
      else {
        accepted.giveUp();
        break;
      }
    }
    for (const old of apps.slice(0, -1)) {
      await trial.awaits(old.ended, {
        rule: 'S5',
        symptom: 'left-replaced-connection-open',
        trigger: 'STREAM_START',
        force: 'SHOULD',
      });
      old.closes();
    }
    await trial.survives({ rule: 'S17', trigger: 'STREAM_START', mayEnd: false });
  },
});
