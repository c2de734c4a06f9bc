import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

/** Every socket can hold this many bytes for an application that does not read. */
const HELD_BYTES = 16_000;

export default scenario({
  id: 'backpressure/reset-of-stuck-application',
  title: 'A stream can be reset while its application does not read',
  rules: ['S8', 'S17'],
  role: 'client',
  extraMs: 20_000,
  why: 'One program that hangs must not block the service for ever.',
  expects:
    'The client acts on STREAM_RESET although it cannot deliver the earlier bytes, and serves the next application. The undelivered bytes may be lost. If they are few, it serves the next application while the stuck one still does not read.',
  run: async (trial) => {
    // What every socket can hold does not stop the tunnel, so the reset comes through while the application is stuck.
    const few = await trial.opens({ paused: true });
    few.app.stopsReading();
    few.injectData(trial.bytes(HELD_BYTES));
    few.inject({ type: MessageType.STREAM_RESET });
    await trial.survives({ rule: 'S8', trigger: 'STREAM_RESET' });
    few.app.readsAgain();
    await few.appIsClosed({ rule: 'S8', trigger: 'STREAM_RESET' });
    const stream = await trial.opens({ paused: true });
    stream.app.stopsReading();
    stream.injectData(trial.bytes(2_000_000));
    stream.inject({ type: MessageType.STREAM_RESET });
    await trial.comes(stream.socket.drained(), 300);
    // A client that must deliver first cannot read the reset yet: nothing is judged before the application reads again.
    stream.app.readsAgain();
    await stream.appIsClosed({ rule: 'S8', trigger: 'STREAM_RESET' });
    await trial.survives({ rule: 'S8', trigger: 'STREAM_RESET' });
  },
});
