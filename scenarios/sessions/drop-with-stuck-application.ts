import { scenario } from 'tunnel-testbed/scenarios';

/** Every socket can hold this many bytes for an application that does not read. */
const HELD_BYTES = 16_000;

export default scenario({
  id: 'sessions/drop-with-stuck-application',
  title: 'A loss while an application does not read does no harm',
  rules: ['S13', 'S17'],
  role: 'client',
  extraMs: 20_000,
  why: 'One program that hangs must not disconnect a device for ever.',
  expects:
    'The client notices the loss although it cannot deliver the earlier bytes. Then it reconnects and serves the next stream. If it does not declare that it reconnects, it ends or stays without a crash.',
  run: async (trial) => {
    const few = await trial.opens({ paused: true });
    few.app.stopsReading();
    few.injectData(trial.bytes(HELD_BYTES));
    await few.socket.drops();
    await trial.survives({ rule: 'S13', trigger: 'websocket-lost' });
    few.app.readsAgain();
    await few.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
    // One that does not come back by itself has no WebSocket any more.
    if (!trial.declares.reconnects) return;
    const stream = await trial.opens({ paused: true });
    stream.app.stopsReading();
    stream.injectData(trial.bytes(2_000_000));
    await trial.comes(stream.socket.drained(), 200);
    await stream.socket.drops('at once');
    // A client that stopped reading for the application's sake may notice only when that reads again.
    stream.app.readsAgain();
    await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
    await trial.survives({ rule: 'S13', trigger: 'websocket-lost' });
  },
});
