import { encodeData, MessageType } from 'tunnel-testbed/protocol';
import type { Blame, RawPeer, ServiceTrial, StreamIds } from 'tunnel-testbed/scenarios';

const STREAM_ID = 77;
/** Bytes of one WebSocket message: with the frames around them within W2. */
const STEP = 40_000;

/** A tunnel with both sides connected and a stream begun. */
export interface Joined {
  readonly source: RawPeer;
  readonly destination: RawPeer;
  readonly ids: StreamIds;
}

/** Connects a side, and waits for the service ids that its version is sent first. */
export async function joins(
  trial: ServiceTrial,
  side: 'source' | 'destination',
  token: string,
  clientToken?: string,
): Promise<RawPeer> {
  const peer = await (clientToken === undefined
    ? trial.connects(side, token, 'H6')
    : trial.connects(side, token, 'H9', { clientToken }));
  if (trial.version !== 'V1') await trial.receives(peer, MessageType.SERVICE_IDS, 'S1');
  return peer;
}

/** Begins a stream, which must come to the destination as it was sent. */
export async function starts(
  trial: ServiceTrial,
  source: RawPeer,
  destination: RawPeer,
  streamId = STREAM_ID,
  blame: Blame = { rule: 'X5' },
): Promise<StreamIds> {
  const ids = trial.ids(streamId);
  source.send({ ...ids, type: MessageType.STREAM_START });
  const start = await trial.receives(destination, MessageType.STREAM_START, blame);
  const isSame =
    start.streamId === ids.streamId &&
    start.serviceId === ids.serviceId &&
    start.connectionId === ids.connectionId;
  trial.check(isSame, { rule: 'X5', symptom: 'changes-messages' });
  return ids;
}

/** A tunnel that is joined, with a stream. */
export async function joined(trial: ServiceTrial): Promise<Joined> {
  const tokens = await trial.opensTunnel();
  const destination = await joins(trial, 'destination', tokens.destination);
  const source = await joins(trial, 'source', tokens.source);
  return { source, destination, ids: await starts(trial, source, destination) };
}

/** Sends bytes as DATA of a stream, in several WebSocket messages where they are many. */
export function sends(peer: RawPeer, ids: StreamIds, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at += STEP)
    peer.sendBytes(encodeData(ids, bytes.subarray(at, at + STEP)));
}

/** Exactly these bytes must arrive as DATA of the stream next. */
export async function arrives(
  trial: ServiceTrial,
  peer: RawPeer,
  { streamId }: StreamIds,
  bytes: Buffer,
  blame: Blame = { rule: 'W4' },
): Promise<void> {
  const chunks: Uint8Array[] = [];
  for (let held = 0; held < bytes.length; held += chunks.at(-1)!.length) {
    const next = peer.messages.take((m) => m.type === MessageType.DATA && m.streamId === streamId);
    const { payload } = await trial.awaits(next, { symptom: 'did-not-arrive:DATA', ...blame });
    chunks.push(payload);
  }
  trial.check(Buffer.concat(chunks).equals(bytes), { ...blame, symptom: 'changes-bytes' });
}

/** Bytes must pass both ways. */
export async function echoes(
  trial: ServiceTrial,
  { source, destination, ids }: Joined,
  blame?: Blame,
): Promise<void> {
  const [there, back] = [trial.bytes(1000), trial.bytes(1000)];
  sends(source, ids, there);
  await arrives(trial, destination, ids, there, blame);
  sends(destination, ids, back);
  await arrives(trial, source, ids, back, blame);
}
