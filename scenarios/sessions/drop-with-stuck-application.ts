import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/drop-with-stuck-application',
  title: 'A drop while an application is stuck does no harm',
  rules: ['S13', 'S17'],
  role: 'client',
  extraMs: 20_000,
  why: 'One hung program must not keep a device off the network.',
  expects:
    'It notices the loss although it cannot deliver what came before, then comes back and serves; or, where it does not claim to reconnect, ends or stays without a crash.',
  run: async (trial) => {
    const stream = await trial.opens({ paused: true });
    stream.app.stopsReading();
    stream.injectData(trial.bytes(2_000_000));
    await trial.comes(stream.socket.drained(), 200);
    await stream.socket.drops('at once');
    stream.app.readsAgain();
    await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
    await trial.survives({ rule: 'S13', trigger: 'websocket-lost' });
  },
});
