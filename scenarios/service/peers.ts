import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { type RawPeer, type ServiceTrial, serviceScenario } from 'tunnel-testbed/scenarios';
import { arrives, echoes, joined, joins, sends, starts } from './support/tunnel.js';

/** Bytes of a transfer during which a side is lost. The kernel cannot take all of them. */
const TRANSFER_BYTES = 2_000_000;
/** The most bytes that a source sends to a side that does not read, and the bytes of one step. */
const FLOOD_BYTES = 8_000_000;
const FLOOD_STEP = 200_000;
/** If a write has not left within this time, TCP slows the sender. Milliseconds. */
const PUSHED_BACK_MS = 500;
/** How long a flood may take to arrive, in milliseconds: a service may limit how much a tunnel carries. */
const FLOOD_MS = 60_000;
const PINGS = 3000;
const ROUNDS = 12;
/** The source reconnects too, in every fourth round. */
const SOURCE_EVERY = 4;

/** A tunnel whose sides can reconnect. */
async function returnable(trial: ServiceTrial): Promise<{
  readonly destinationJoins: () => Promise<RawPeer>;
  readonly sourceJoins: () => Promise<RawPeer>;
}> {
  const tokens = await trial.opensTunnel();
  const clientToken = trial.bytes(20).toString('hex');
  return {
    destinationJoins: () => joins(trial, 'destination', tokens.destination, clientToken),
    sourceJoins: () => joins(trial, 'source', tokens.source, clientToken),
  };
}

export default [
  serviceScenario({
    id: 'service/peer-drops-in-mid-transfer',
    title: 'A side that is lost during a transfer can reconnect, and the tunnel works again',
    rules: ['X5', 'H9', 'S15'],
    why: 'Networks fail while they are in use, and devices reconnect by themselves.',
    expects:
      'The lost side can connect again, and the service relays the next stream. The guides say that the other side is not told. If the service ends its connection, the report mentions it.',
    run: async (trial) => {
      const { destinationJoins, sourceJoins } = await returnable(trial);
      const destination = await destinationJoins();
      const first = await sourceJoins();
      const ids = await starts(trial, first, destination);
      sends(first, ids, trial.bytes(TRANSFER_BYTES));
      await trial.receives(destination, MessageType.DATA, 'X5');
      destination.drops();
      const back = await destinationJoins();
      const blame = { rule: 'X5', trigger: 'websocket-lost' } as const;
      const carries = async (source: RawPeer, streamId: number): Promise<void> => {
        const next = await starts(trial, source, back, streamId, blame);
        await echoes(trial, { source, destination: back, ids: next }, blame);
      };
      await carries(first, ids.streamId + 1).catch(async (error: unknown) => {
        if (first.open) throw error;
        await carries(await sourceJoins(), ids.streamId + 2);
      });
      trial.check(first.open, { rule: 'S15', symptom: 'ends-innocent-peer', force: 'silent' });
    },
  }),
  serviceScenario({
    id: 'service/half-a-frame-of-a-lost-peer',
    title: 'Half a frame of a side that is lost does not reach the other side',
    rules: ['W4', 'X5'],
    why: 'Otherwise the other side reads everything that follows from the middle of a frame, and nothing works any more.',
    expects: 'The service relays whole tunnel frames only. It forgets the half, and relays the next stream.',
    run: async (trial) => {
      const { destinationJoins, sourceJoins } = await returnable(trial);
      const destination = await destinationJoins();
      const source = await sourceJoins();
      const ids = await starts(trial, source, destination);
      const bytes = trial.bytes(1000);
      sends(source, ids, bytes);
      await arrives(trial, destination, ids, bytes);
      source.sendBytes(encodeData(ids, bytes).subarray(0, 500));
      source.leaves();
      // When it closes, the service has read all bytes.
      await trial.comes(source.closed, trial.patienceMs);
      const back = await sourceJoins();
      const blame = { rule: 'W4', trigger: 'half-a-frame' } as const;
      const next = await starts(trial, back, destination, ids.streamId + 1, blame);
      await echoes(trial, { source: back, destination, ids: next }, blame);
    },
  }),
  serviceScenario({
    id: 'service/flood-to-a-stalled-peer',
    title:
      'A flood to a side that does not read blocks no other tunnel, and arrives when that side reads again',
    rules: ['W4', 'X5'],
    extraMs: 120_000,
    why: 'A full disk or a debugger can stall one device. Its bytes must not be lost, and other tunnels must work.',
    expects:
      'The service slows the sender and loses nothing, and other tunnels work meanwhile. If it ends the stalled side or the sender, the report mentions it.',
    run: async (trial) => {
      const { source, destination, ids } = await joined(trial);
      const other = await joined(trial);
      const flood = trial.bytes(FLOOD_BYTES);
      destination.stopsReading();
      let sent = 0;
      for (let leaves = true; leaves && sent < FLOOD_BYTES; sent += FLOOD_STEP) {
        sends(source, ids, flood.subarray(sent, sent + FLOOD_STEP));
        leaves =
          (await trial.comes(
            source.drained().then(() => true),
            PUSHED_BACK_MS,
          )) === true;
      }
      await echoes(trial, other, { rule: 'X5', symptom: 'holds-up-others' });
      const bothStay = (): boolean => source.open && destination.open;
      destination.readsAgain();
      const all = arrives(trial, destination, ids, flood.subarray(0, sent), {
        rule: 'W4',
        symptom: 'loses-bytes',
      });
      const came = all
        .then(() => true)
        .catch((error: unknown) => {
          if (bothStay()) throw error;
          return false;
        });
      const isWhole = await trial.comes(came, FLOOD_MS);
      if (isWhole === undefined) return trial.skip('the service carries too few bytes for a flood');
      trial.check(isWhole, { rule: 'X5', symptom: 'ends-stalled-peer', force: 'silent' });
      await echoes(trial, { source, destination, ids });
    },
  }),
  serviceScenario({
    id: 'service/flood-of-pings',
    title: 'Thousands of pings do no harm',
    rules: ['W3', 'X5'],
    why: 'Some clients send a ping whenever they have nothing else to do.',
    expects:
      'The service answers them or not, and relays the message after them. If it ends the connection, the report mentions it: the guides name no limit.',
    run: async (trial) => {
      const { source, destination, ids } = await joined(trial);
      for (let i = 0; i < PINGS; i++) source.write({ opcode: 9, payload: Buffer.from(`${i}`) });
      const bytes = trial.bytes(1000);
      source.sendBytes(encodeFrame(message({ ...ids, type: MessageType.DATA, payload: bytes })));
      const blame = { rule: 'W3', force: 'MUST', trigger: 'flood-of-pings' } as const;
      const arrived = arrives(trial, destination, ids, bytes, blame).then(() => true);
      const carries = await arrived.catch((error: unknown) => {
        if (source.open) throw error;
        return false;
      });
      trial.check(carries, { ...blame, symptom: 'ends-innocent-peer', force: 'silent' });
    },
  }),
  serviceScenario({
    id: 'service/peers-come-back',
    title: 'A side can reconnect many times, after a loss and before it',
    rules: ['H9', 'H12', 'X5'],
    why: 'A device on a bad network does so all day.',
    expects:
      'The service accepts the same pair of tokens each time, ends the older connection of the side, and relays the next stream.',
    run: async (trial) => {
      const { destinationJoins, sourceJoins } = await returnable(trial);
      let source = await sourceJoins();
      let destination = await destinationJoins();
      for (let round = 1; round <= ROUNDS; round++) {
        const ids = await starts(trial, source, destination, round);
        await echoes(trial, { source, destination, ids }, { rule: 'X5', trigger: 'websocket-lost' });
        const old = destination;
        // In every second round the older connection is still open.
        if (round % 2 === 0) old.drops();
        destination = await destinationJoins();
        await trial.closes(old, { rule: 'H12', symptom: 'keeps-older-connection' });
        if (round % SOURCE_EVERY === 0) source = await sourceJoins();
        // The service may tell the other side (S15).
        else if (!source.open) source = await sourceJoins();
      }
    },
  }),
];
