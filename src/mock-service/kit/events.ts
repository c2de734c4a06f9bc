import type { MessageFormat, RuleId, Side, Subprotocol } from '../../protocol/index.js';

/** Why a tunnel closed: CloseTunnel, CloseTunnel with `delete`, or the end of its lifetime. */
export type TunnelCloseCause = 'closed' | 'deleted' | 'expired';

/** Everything that the service does or decides, by name. Listeners, JSON logs and captures get the same shape. */
export interface ServiceEvents {
  'tunnel-opened': { tunnelId: string; services: readonly string[]; thingName?: string };
  'tunnel-closed': { tunnelId: string; cause: TunnelCloseCause };
  'tokens-rotated': { tunnelId: string; sides: readonly Side[] };
  /** Every broker has the message that tells a device of its tunnel, or the message that `notify` sent. */
  'device-notified': { thingName: string; services: readonly string[]; tunnelId?: string };
  /** The service replaced the CA that it kept by a new one. Clients have to trust the new one. */
  'ca-renewed': { caPath: string; reason: string };
  /** A recording ended before it was stopped: the disk is full, or too slow. */
  'capture-failed': { captureId: string; file: string; reason: string };
  /** The service could not notify a device. Without `thingName`, it could not reach the outside broker. */
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
  /** The WebSocket is gone. `code` is the close code that was received or sent; 1006 if there was none. */
  'side-lost': { tunnelId: string; side: Side; channelId: string; code: number; reason: string };
  /**
   * Code of the service threw an error while it handled a connection (or a handshake, if there is no `side`). The service
   * has ended the client's connection.
   */
  'connection-failed': {
    channelId: string;
    reason: string;
    /** The stack of that error. */
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
  /** `by` is the side that sent STREAM_RESET or replaced the stream. It is 'service' if the service ended the stream. */
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
   * included: read it at once or copy it. The event is emitted only if somebody listens.
   */
  'frame-relayed': { tunnelId: string; from: Side; channelId: string; frame: Uint8Array };
  /**
   * One whole tunnel frame came from a client. The service may still refuse or drop it. `frame` is a live buffer, as
   * above.
   */
  'frame-received': { tunnelId: string; from: Side; channelId: string; frame: Uint8Array };
  /** A binary WebSocket message went to a client. Its bytes need not be whole frames. Live buffers, as above. */
  'bytes-sent': { tunnelId: string; to: Side; channelId: string; parts: readonly Uint8Array[] };
}

/** Events that `'*'` leaves out, because they are frequent and large. */
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

  /**
   * Listens to one kind of event. `'*'` means all events except `frame-relayed`, `frame-received` and `bytes-sent`.
   * Returns a function that stops listening.
   */
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

  /** Whether anybody listens to frames. The relay asks this for every frame, so it must be cheap. */
  get framesWanted(): boolean {
    return this.#frameListeners > 0;
  }

  /** Whether anybody listens to this kind of event. Ask before building an event that is costly. */
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
        // A process warning shows the error to the listener's owner, and keeps it apart from errors of the service.
        process.emitWarning(error instanceof Error ? error : String(error), 'ListenerError');
      }
    }
  }
}
