import type { MessageFormat, RuleId, Side, Subprotocol } from '../../protocol/index.js';

/** Why a tunnel closed: the API, the API with `delete`, or the end of its life. */
export type TunnelCloseCause = 'closed' | 'deleted' | 'expired';

/** Everything the service does or decides, by name. The same shape goes to listeners, JSON logs and captures. */
export interface ServiceEvents {
  'tunnel-opened': { tunnelId: string; services: readonly string[]; thingName?: string };
  'tunnel-closed': { tunnelId: string; cause: TunnelCloseCause };
  'tokens-rotated': { tunnelId: string; sides: readonly Side[] };
  /** The device was told of its tunnel, or by `notify`: every broker has the message. */
  'device-notified': { thingName: string; services: readonly string[]; tunnelId?: string };
  /** A device could not be told, or, without `thingName`, the outside broker could not be reached. */
  /** The CA that was kept gave way to a new one: clients have to trust that. */
  'ca-renewed': { caPath: string; reason: string };
  /** A recording ended before it was stopped: the disk is full, or does not keep up. */
  'capture-failed': { captureId: string; file: string; reason: string };
  'notification-failed': { reason: string; thingName?: string; tunnelId?: string };
  'side-connected': {
    tunnelId: string;
    side: Side;
    channelId: string;
    subprotocol: Subprotocol;
    clientToken: boolean;
  };
  /** A newer handshake took the side over (H12); `channelId` is the connection that was replaced. */
  'side-replaced': { tunnelId: string; side: Side; channelId: string; byChannelId: string };
  /** The WebSocket is gone. `code` is the close code seen or sent, 1006 where there was none. */
  'side-lost': { tunnelId: string; side: Side; channelId: string; code: number; reason: string };
  /** The service failed at a connection, or, without `side`, at a handshake; the client's connection has been ended. */
  'connection-failed': {
    channelId: string;
    reason: string;
    /** Where in the service it was. */
    stack: string;
    tunnelId?: string;
    side?: Side;
  };
  'handshake-rejected': {
    status: number;
    reason: string;
    rule?: RuleId;
    tunnelId?: string;
    side?: Side;
    channelId: string;
    remoteAddress?: string;
  };
  'stream-started': {
    tunnelId: string;
    serviceId: string;
    streamId: number;
    connectionId: number;
    format: MessageFormat;
  };
  /** `by` is who sent STREAM_RESET or replaced the stream; 'service' where the service ended it. */
  'stream-ended': { tunnelId: string; serviceId: string; streamId: number; by: Side | 'service' };
  'connection-started': { tunnelId: string; serviceId: string; streamId: number; connectionId: number };
  'connection-ended': {
    tunnelId: string;
    serviceId: string;
    streamId: number;
    connectionId: number;
    by: Side;
  };
  'rule-broken': {
    tunnelId: string;
    side: Side;
    channelId: string;
    rule: RuleId;
    force: 'MUST' | 'SHOULD';
    /** What happened, with the offending value. Never holds payload or tokens. */
    what: string;
    action: 'closed' | 'reported';
  };
  /**
   * One whole tunnel frame went from `from` towards the other side. `frame` is the live buffer, length prefix
   * included: read it at once or copy it. Not emitted unless somebody listens.
   */
  'frame-relayed': { tunnelId: string; from: Side; channelId: string; frame: Uint8Array };
  /** One whole tunnel frame came from a client, whatever becomes of it. A live buffer, as above. */
  'frame-received': { tunnelId: string; from: Side; channelId: string; frame: Uint8Array };
  /** A binary WebSocket message went to a client. Its bytes need not be whole frames. Live buffers, as above. */
  'bytes-sent': { tunnelId: string; to: Side; channelId: string; parts: readonly Uint8Array[] };
}

/** Events that come so often, and hold so much, that `'*'` leaves them out. */
const FRAME_EVENTS: ReadonlySet<string> = new Set(['frame-relayed', 'frame-received', 'bytes-sent']);

export type ServiceEventName = keyof ServiceEvents;

/** An event as listeners get it: its name, when it happened (ms since the epoch, the service's clock), its fields. */
export type ServiceEvent<N extends ServiceEventName = ServiceEventName> = {
  [K in N]: { readonly event: K; readonly at: number } & Readonly<ServiceEvents[K]>;
}[N];

type Listener<N extends ServiceEventName> = (event: ServiceEvent<N>) => void;

/** Hands events to listeners. A listener that throws does not disturb the service or the other listeners. */
export class EventHub {
  readonly #listeners = new Map<string, Set<Listener<never>>>();
  readonly #now: () => number;
  #frameListeners = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Listens to one kind of event, or with `'*'` to all but those of frames. Returns how to stop listening. */
  on<N extends ServiceEventName>(name: N, listener: Listener<N>): () => void;
  on(name: '*', listener: Listener<ServiceEventName>): () => void;
  on(name: string, listener: Listener<never>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    const ofFrames = FRAME_EVENTS.has(name) && !listeners.has(listener);
    listeners.add(listener);
    if (ofFrames) this.#frameListeners++;
    return () => {
      if (listeners.delete(listener) && ofFrames) this.#frameListeners--;
    };
  }

  /** Whether anybody listens to frames at all: the relay asks for each, so it is one read. */
  get framesWanted(): boolean {
    return this.#frameListeners > 0;
  }

  /** Whether anybody listens to this kind: ask before building a costly event. */
  wants(name: ServiceEventName): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<N extends ServiceEventName>(name: N, fields: ServiceEvents[N]): void {
    const event = { event: name, at: this.#now(), ...fields };
    this.#tell(name, event);
    if (!FRAME_EVENTS.has(name)) this.#tell('*', event);
  }

  #tell(name: string, event: object): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(event as never);
      } catch (error) {
        // Told apart from a fault of the service, and visible: the listener's owner sees it in the process's warnings.
        process.emitWarning(error instanceof Error ? error : String(error), 'ListenerError');
      }
    }
  }
}
