import type { IncomingMessage, ServerResponse } from 'node:http';
import { opposite, type Side, TUNNEL_PATH } from '../../protocol/index.js';
import { RequestBytes, refusal, writeAnswer } from '../http/index.js';
import type { Accepted } from '../tunnels/index.js';
import { Connection } from './connection.js';
import type { DataPlaneContext } from './context.js';
import { Handshakes, type Upgrade } from './handshake.js';
import { type HandshakeScript, HandshakeScripts } from './handshake-script.js';
import { Session } from './session.js';
import { TunnelRelay } from './tunnel-relay.js';

/** The WebSocket side of the service: handshakes, sessions, relay. */
export class DataPlane {
  /** Scripts that change how handshakes are answered. */
  readonly scripts = new HandshakeScripts();
  readonly requestBytes = new RequestBytes();
  readonly #context: DataPlaneContext;
  readonly #handshakes: Handshakes;
  readonly #relays = new Map<string, TunnelRelay<Connection>>();
  /** All sessions whose sockets are alive, including those that are closing. */
  readonly #sessions = new Map<Connection, Session>();
  readonly #sessionListeners: ((session: Session) => void)[] = [];

  constructor(context: DataPlaneContext) {
    this.#context = context;
    this.#handshakes = new Handshakes(context, this.scripts, this.requestBytes, (accepted, upgrade, script) =>
      this.#connect(accepted, upgrade, script),
    );
    context.events.on('tunnel-closed', ({ tunnelId }) => this.#relays.delete(tunnelId));
  }

  /** Answers an HTTP upgrade. */
  handleUpgrade(upgrade: Upgrade): void {
    try {
      this.#handshakes.handle(upgrade);
    } catch (error) {
      this.#handshakes.fail(upgrade, error);
    }
  }

  /** Answers a request for the data plane's path that is no upgrade. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url?.split('?', 1)[0] !== TUNNEL_PATH) return false;
    const { newChannelId, events } = this.#context;
    const reason = 'Not a WebSocket handshake: send a GET with Upgrade: websocket';
    const channelId = newChannelId();
    const answer = refusal(400, reason, channelId);
    events.emit('handshake-rejected', { status: answer.status, reason, channelId });
    writeAnswer(response, answer, { close: true });
    return true;
  }

  /** The relay of an open tunnel. It is made when it is first needed. */
  relay(tunnelId: string): TunnelRelay<Connection> | undefined {
    const known = this.#relays.get(tunnelId);
    if (known !== undefined) return known;
    const tunnel = this.#context.registry.get(tunnelId);
    if (tunnel?.status !== 'OPEN') return undefined;
    const relay = new TunnelRelay<Connection>(this.#context, tunnel);
    this.#relays.set(tunnelId, relay);
    return relay;
  }

  /** Calls back for each new session. It holds its side then, and nothing has been sent or read on it yet. */
  onSession(listener: (session: Session) => void): void {
    this.#sessionListeners.push(listener);
  }

  /** The session that holds a side now. */
  session(tunnelId: string, side: Side): Session | undefined {
    const connection = this.#relays.get(tunnelId)?.connection(side);
    return connection && this.#sessions.get(connection);
  }

  /** The sessions of all tunnels that hold a side now. */
  sessions(): Session[] {
    const sides = ['source', 'destination'] as const;
    return [...this.#relays.keys()].flatMap((id) => sides.flatMap((side) => this.session(id, side) ?? []));
  }

  /**
   * Waits until every connection's socket is gone. After `dropAfterMs` milliseconds it drops the rest. This is real time,
   * because the service's clock may be frozen.
   */
  async stop(dropAfterMs: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const session of this.#sessions.values()) session.destroy();
    }, dropAfterMs);
    await Promise.all([...this.#sessions.values()].map(({ closed }) => closed));
    clearTimeout(timer);
  }

  #connect(accepted: Accepted, { socket, head }: Upgrade, script: HandshakeScript): () => void {
    const { registry } = this.#context;
    const relay = this.relay(accepted.tunnel.id)!;
    const connection = new Connection(this.#context, relay, accepted, socket);
    const { replaced, disrupted } = registry.connect(accepted, connection);
    const session = new Session(connection, relay);
    this.#sessions.set(connection, session);
    void connection.closed.then(() => this.#sessions.delete(connection));
    return () => {
      try {
        relay.attach(connection);
        for (const listener of this.#sessionListeners) listener(session);
        // S15: both values of the option ask for this, 'replaced' and 'lost'.
        if (replaced !== undefined) relay.resetStreams(opposite(connection.side), disrupted);
        this.#greet(session, accepted, script);
      } catch (error) {
        connection.fail(error);
      }
      // It must read in any case: otherwise it would not notice the end of its socket.
      connection.start(head);
    };
  }

  /** SERVICE_IDS comes first, except on 1.0 (S1). */
  #greet(session: Session, { subprotocol }: Accepted, { serviceIds }: HandshakeScript): void {
    if (serviceIds === null || subprotocol.endsWith('-1.0')) return;
    session.sendServiceIds(serviceIds);
  }
}
