import type { Aedes, AedesPublishPacket, Client } from 'aedes';

/**
 * The number of disconnected devices whose sessions are kept. If there are more, the one that left first is forgotten.
 */
const MAX_SESSIONS = 100;
/** Limits on kept messages for one device, and on kept bytes for all devices. Messages beyond them are not delivered. */
const MAX_MESSAGES = 50;
const MAX_BYTES = 16 * 1024 * 1024;

interface Kept {
  readonly sizes: number[];
}

interface Addressed {
  readonly clientId: string;
}

/** The methods of the broker's session store that are wrapped here. The broker's own types do not declare them. */
interface SessionStore {
  outgoingEnqueue(device: Addressed, packet: AedesPublishPacket): Promise<void>;
  outgoingEnqueueCombi(devices: readonly Addressed[], packet: AedesPublishPacket): Promise<void>;
  outgoingClearMessageId(client: { readonly id: string }, packet: object): Promise<unknown>;
  cleanSubscriptions(client: { readonly id: string }): Promise<void>;
}

/** The longest wait that a timer can make, in milliseconds: 24 days. A session that may live longer is kept. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface KeptSessions {
  /** Forgets the session of a client id: what it subscribed to, and what waits for it. */
  forget(clientId: string): Promise<void>;
}

/**
 * Limits what the broker keeps in memory for devices with a persistent session, away or not, and ends the sessions whose
 * device has set them an end.
 * @param expirySeconds how long the session of a device is kept that leaves now.
 */
export function limitKeptSessions(broker: Aedes, expirySeconds: (client: Client) => number): KeptSessions {
  const store = (broker as unknown as { persistence: SessionStore }).persistence;
  const kept = new Map<string, Kept>();
  /** By the order in which they left; the timer of those that end by themselves. */
  const away = new Map<string, NodeJS.Timeout | undefined>();
  let bytes = 0;

  const admit = ({ clientId }: Addressed, size: number): boolean => {
    const { sizes } = kept.get(clientId) ?? { sizes: [] };
    if (sizes.length >= MAX_MESSAGES || bytes + size > MAX_BYTES) return false;
    kept.set(clientId, { sizes });
    sizes.push(size);
    bytes += size;
    return true;
  };
  const letGo = (clientId: string): void => {
    const size = kept.get(clientId)?.sizes.shift();
    bytes -= size ?? 0;
    if (kept.get(clientId)?.sizes.length === 0) kept.delete(clientId);
  };

  const enqueue = store.outgoingEnqueue.bind(store);
  store.outgoingEnqueue = async (device, packet) => {
    if (admit(device, packet.payload.length)) await enqueue(device, packet);
  };
  const enqueueCombi = store.outgoingEnqueueCombi.bind(store);
  store.outgoingEnqueueCombi = (devices, packet) =>
    enqueueCombi(
      devices.filter((device) => admit(device, packet.payload.length)),
      packet,
    );
  const clear = store.outgoingClearMessageId.bind(store);
  store.outgoingClearMessageId = async (client, packet) => {
    const cleared = await clear(client, packet);
    if (cleared !== undefined) letGo(client.id);
    return cleared;
  };
  const isBack = (id: string): void => {
    clearTimeout(away.get(id));
    away.delete(id);
  };
  const forget = async (id: string): Promise<void> => {
    isBack(id);
    await store.cleanSubscriptions({ id });
    // Packets that were never sent have no message id. They are cleared one by one with a call without id.
    while (kept.has(id) && (await clear({ id }, {})) !== undefined) letGo(id);
  };
  broker.on('client', ({ id }) => isBack(id));
  broker.on('clientDisconnect', (client) => {
    if ((client as unknown as { clean: boolean }).clean) return;
    const { id } = client;
    const milliseconds = expirySeconds(client) * 1000;
    if (milliseconds === 0) return void forget(id);
    const ends = milliseconds <= LONGEST_TIMER_MS;
    away.set(id, ends ? setTimeout(() => void forget(id), milliseconds).unref() : undefined);
    const [first] = away.keys();
    if (away.size > MAX_SESSIONS && first !== undefined) void forget(first);
  });
  return { forget };
}
