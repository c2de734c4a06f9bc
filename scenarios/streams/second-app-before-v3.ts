import { MessageType } from 'tunnel-testbed/protocol';
import { firstOf, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/second-app-before-v3',
  title: 'A second application on a busy service does no harm',
  rules: ['S17', 'S3'],
  role: 'source',
  versions: ['V1', 'V2'],
  why: 'Before V3 a service has one stream at a time. A client may refuse the second application, queue it, or replace the first.',
  expects:
    'The client refuses the second application, lets it wait, or ends the first stream for it. Afterwards it serves the next application.',
  run: async (trial) => {
    const busy = await trial.opens();
    await busy.echoes('S3');
    const second = await trial.app.connects(trial.serviceId);
    second.writes(trial.bytes(16));
    const { socket } = busy;
    await trial.comes(
      firstOf([second.ended, socket.messages.take((m) => m.type === MessageType.STREAM_START)]),
      500,
    );
    second.closes();
    busy.app.closes();
    await trial.comes(
      socket.messages.take((m) => m.type === MessageType.STREAM_RESET),
      500,
    );
    socket.messages.drain();
    await trial.survives({ rule: 'S17', trigger: 'second-application' });
  },
});
