import { MessageType, messageTypeName } from 'tunnel-testbed/protocol';
import { ARRIVALS, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'matrix/ends',
  title: 'Each message that ends a stream does so however it arrives',
  rules: ['W4', 'S8', 'S10', 'S12'],
  role: 'client',
  extraMs: 120_000,
  why: 'An end that is missed leaves an application hanging.',
  run: async (stage) => {
    const ends: number[] = [MessageType.STREAM_RESET, MessageType.SESSION_RESET];
    if (stage.version === 'V3') ends.push(MessageType.CONNECTION_RESET);
    const rules = {
      [MessageType.STREAM_RESET]: 'S8',
      [MessageType.SESSION_RESET]: 'S12',
      [MessageType.CONNECTION_RESET]: 'S10',
    } as const;
    for (const type of ends) {
      const rule = rules[type as keyof typeof rules];
      for (const arrival of ARRIVALS) {
        const stream = await stage.opens();
        await stream.echoes(stage.carries);
        if (type === MessageType.SESSION_RESET) stream.link.inject({ type }, arrival);
        else stream.inject({ type }, arrival);
        stream.isStreamReset ||= type === MessageType.SESSION_RESET;
        await stream.appIsClosed(
          arrival === 'alone' ? rule : 'W4',
          `it left the local connection open after ${messageTypeName(type)}`,
        );
        stream.app.closes();
      }
    }
  },
});
