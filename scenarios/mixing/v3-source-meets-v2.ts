import { MessageType } from 'tunnel-testbed/protocol';
import { firstOf, type LiveStream, scenario, type Trial } from 'tunnel-testbed/scenarios';

const FEW_BYTES = 50;

export default scenario({
  id: 'mixing/v3-source-meets-v2',
  title: 'A V3 source works with a V2 peer, which answers CONNECTION_START with STREAM_RESET',
  rules: ['X2', 'S11'],
  role: 'source',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'Operators update first. Their browser opens a second connection, but the device allows only one for each stream.',
  expects:
    'The client carries bytes with a peer that sends no connection ids. For the second application it sends CONNECTION_START, or it starts another stream if it knows that the peer speaks V2. After STREAM_RESET it closes the local connections of that stream, and serves the next application with a new stream. One clause calls such a peer non-compliant and closes the stream (D4). That passes too, if the next application is served.',
  run: async (trial) => {
    const first = await trial.opens();
    if (!(await carriesUnnumbered(trial, first))) {
      return trial.survives({ rule: 'X2', trigger: 'message-without-connection-id' });
    }
    const second = await trial.opens({ on: first });
    second.inject({ type: MessageType.STREAM_RESET, connectionId: 0 });
    // A client that has noticed that its peer speaks V2 starts another stream for the second application (X2).
    const isKnown = second.streamId !== first.streamId;
    for (const stream of isKnown ? [second] : [first, second]) {
      await stream.appIsClosed({ rule: 'S11', trigger: 'STREAM_RESET' });
    }
    first.app.closes();
    const next = await trial.opens({ blame: { rule: 'X2', trigger: 'STREAM_RESET' } });
    const isNew = next.streamId !== second.streamId;
    trial.check(isNew, { rule: 'X2', symptom: 'goes-on-with-v2-reset' });
    await carriesUnnumbered(trial, next);
  },
});

/** Sends bytes both ways with a peer that sends no connection ids. False if the client ends the stream because of that. */
async function carriesUnnumbered(trial: Trial, stream: LiveStream): Promise<boolean> {
  const [down, up] = [trial.bytes(FEW_BYTES), trial.bytes(FEW_BYTES)];
  stream.inject({ type: MessageType.DATA, connectionId: 0, payload: down });
  const gone = stream.socket.ended.then(() => Buffer.alloc(0));
  const got = await trial.awaits(firstOf([stream.app.arrives(FEW_BYTES), gone]), {
    rule: 'X2',
    symptom: 'nothing-to-application',
    trigger: 'message-without-connection-id',
  });
  if (got.length < FEW_BYTES) {
    stream.app.closes();
    return false;
  }
  trial.check(got.equals(down), { rule: 'X2', symptom: 'changed-to-application' });
  stream.app.writes(up);
  await stream.serviceReceives(up, 'X2');
  return true;
}
