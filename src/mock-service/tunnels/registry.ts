import { opposite, type Side } from '../../protocol/index.js';
import type { TunnelCloseCause } from '../kit/index.js';
import { newUuid, ServiceError } from '../kit/index.js';
import { Allowance, type Close, type Closes, DEFAULT_CLOSES, type StreamAddress } from '../rules/index.js';
import { type Accepted, type Admission, decideAdmission } from './admission.js';
import type { HandshakeRequest } from './handshake-request.js';
import {
  checkGivenTokens,
  checkName,
  checkOpenInput,
  checkServices,
  type GivenTokens,
  LONGEST_LIFETIME_MINUTES,
  type OpenTunnelInput,
  type RotateInput,
} from './open-input.js';
import { checkOpenTunnels, checkServiceCount, DEFAULT_MAX_CLOSED_TUNNELS } from './quotas.js';
import {
  type Connected,
  DEFAULT_VISIBLE_CLOSED_MS,
  type OpenedTunnel,
  type RotatedTokens,
  type TunnelRegistryOptions,
} from './registry-types.js';
import type { SideConnection } from './side-connection.js';
import { TokenBook } from './tokens.js';
import { type Tunnel, TunnelRecord, type TunnelSurroundings } from './tunnel.js';
import { TunnelStore, type TunnelTexts } from './tunnel-store.js';

export type { Connected, OpenedTunnel, RotatedTokens, RotateInput, TunnelRegistryOptions };

const SIDES: readonly Side[] = ['source', 'destination'];
/** Ids of streams and connections that are remembered for all tunnels together, to judge frames by. */
const MAX_REMEMBERED_IDS = 500_000;

function texts({ services, description, tags }: Tunnel): TunnelTexts {
  return { services, description, tags };
}

/** All tunnels of the service. It is state that runs on a clock; it opens no socket. */
export class TunnelRegistry {
  readonly #options: TunnelRegistryOptions;
  readonly #closes: Closes;
  readonly #tunnels: TunnelStore;
  readonly #tokens: TokenBook;
  readonly #surroundings: TunnelSurroundings;
  #opened = 0;
  #stopped = false;

  constructor(options: TunnelRegistryOptions) {
    this.#options = options;
    this.#closes = { ...DEFAULT_CLOSES, ...options.closes };
    const { clock, events, accountId, maxClosedTunnels: maxClosed = DEFAULT_MAX_CLOSED_TUNNELS } = options;
    this.#tokens = new TokenBook(options.random);
    this.#tunnels = new TunnelStore({ maxClosed, forget: (record) => this.#forget(record) });
    this.#surroundings = {
      ...{ events, accountId, now: () => clock.now(), rememberedIds: new Allowance(MAX_REMEMBERED_IDS) },
      checkTags: (record, tags) => this.#tunnels.checkRoom({ ...texts(record), tags }, record),
      changed: (record) => this.#tunnels.weigh(record),
    };
  }

  /** @throws {ServiceError} INVALID_OPTION, LIMIT_EXCEEDED, SERVICE_STOPPED. */
  open(input: OpenTunnelInput = {}): OpenedTunnel {
    this.#checkRunning();
    checkServiceCount(this.#options, input.services?.length ?? 0);
    checkOpenInput(input);
    checkOpenTunnels(this.#options, this.#tunnels.openCount);
    this.#tunnels.checkRoom(input);
    const { random, clock, events } = this.#options;
    this.#checkUnused(input);
    const id = newUuid(random, 'tunnel-id');
    const source = this.#tokens.issue(id, 'source', input.sourceAccessToken);
    const destination = this.#tokens.issue(id, 'destination', input.destinationAccessToken);
    const fields = {
      id,
      region: input.region ?? this.#options.region,
      sequence: this.#opened++,
      services: [...(input.services ?? [])],
      description: input.description,
      thingName: input.thingName,
      tags: input.tags,
      tokens: { source: source.record, destination: destination.record },
      createdAt: clock.now(),
      maxLifetimeMinutes: input.maxLifetimeMinutes ?? LONGEST_LIFETIME_MINUTES,
    };
    const record = new TunnelRecord(fields, this.#surroundings);
    this.#tunnels.add(record);
    record.timer = clock.after(record.maxLifetimeMinutes * 60_000, () => this.#end(record, 'expired'));
    const { services, thingName } = record;
    events.emit('tunnel-opened', { tunnelId: id, services, ...(thingName !== undefined && { thingName }) });
    return { tunnel: record, sourceAccessToken: source.text, destinationAccessToken: destination.text };
  }

  get(id: string): Tunnel | undefined {
    const record = this.#tunnels.get(id);
    return record?.deleted === true ? undefined : record;
  }

  /** All tunnels, newest first. Closed tunnels are included while they are visible. */
  list(): Tunnel[] {
    return [...this.#tunnels.newest()];
  }

  /** The same of those that were opened before the one with this number, of a thing or of all: one after the other. */
  newest(before?: number, thingName?: string): Iterable<Tunnel> {
    return this.#tunnels.newest(before, thingName);
  }

  /** Tunnels that are open now. */
  get openCount(): number {
    return this.#tunnels.openCount;
  }

  /**
   * Closes a tunnel and both its WebSockets (S16). If the tunnel is closed already, nothing changes, but `delete` still
   * deletes it.
   * @throws {ServiceError} TUNNEL_NOT_FOUND.
   */
  close(id: string, options: { delete?: boolean } = {}): void {
    const record = this.#visible(id);
    if (record.status === 'OPEN') this.#end(record, options.delete === true ? 'deleted' : 'closed');
    if (options.delete !== true) return;
    record.deleted = true;
    this.#tunnels.hide(record);
  }

  /**
   * Revokes the sides' tokens, returns new ones and ends live connections of those sides (D28). The lifetime
   * is not extended. If services or a thing name are given, the tunnel has them from now on (our reading).
   * @throws {ServiceError} TUNNEL_NOT_FOUND, TUNNEL_CLOSED, INVALID_OPTION, LIMIT_EXCEEDED.
   */
  rotate(id: string, sides: readonly Side[], input: RotateInput = {}): RotatedTokens {
    const record = this.#visible(id);
    if (record.status === 'CLOSED') {
      throw new ServiceError('TUNNEL_CLOSED', `Tunnel ${id} is closed; open a new one`);
    }
    checkGivenTokens(input);
    this.#checkUnused(input);
    this.#adopt(record, input);
    const rotated = sides.map((side) => {
      this.#revoke(record, side);
      const { text, record: token } = this.#tokens.issue(id, side, input[`${side}AccessToken`]);
      record.tokens[side] = token;
      this.#drop(record, side, this.#closes.rotated);
      return [`${side}AccessToken`, text] as const;
    });
    record.lastUpdatedAt = this.#options.clock.now();
    this.#options.events.emit('tokens-rotated', { tunnelId: id, sides: [...sides] });
    return Object.fromEntries(rotated);
  }

  /** Decides whether to accept a handshake (H1–H9). It uses up no token (H8). A refusal emits `handshake-rejected`. */
  admit(request: HandshakeRequest): Admission {
    const admission = decideAdmission(request, {
      tokens: this.#tokens,
      tunnelOf: (token) => this.#tunnels.get(token.tunnelId),
      strict: this.#options.strict === true,
      newChannelId: () => newUuid(this.#options.random, 'channel-id'),
    });
    if (admission.ok) return admission;
    const { status, body, rule, tunnelId, side, channelId } = admission;
    const { remoteAddress } = request;
    this.#options.events.emit('handshake-rejected', {
      status,
      reason: body,
      channelId,
      ...(rule !== undefined && { rule }),
      ...(tunnelId !== undefined && { tunnelId }),
      ...(side !== undefined && { side }),
      ...(remoteAddress !== undefined && { remoteAddress }),
    });
    return admission;
  }

  /**
   * To be called when a handshake has succeeded. Marks the token as used (H8, H9) and replaces the side's older
   * connection (H12).
   * @throws {ServiceError} ADMISSION_STALE if token or tunnel have changed since `admit`; call `admit` again.
   * SERVICE_STOPPED.
   */
  connect(accepted: Accepted, connection: SideConnection): Connected {
    this.#checkRunning();
    const { token, side, clientToken, subprotocol } = accepted;
    const record = this.#tunnels.get(token.tunnelId);
    const reusable = !token.used || (clientToken !== undefined && token.clientToken === clientToken);
    const known = this.#tokens.knows(token);
    if (record === undefined || record.status === 'CLOSED' || !known || !reusable) {
      const what = `The handshake ${accepted.channelId} was admitted, but its token or tunnel has changed since`;
      throw new ServiceError('ADMISSION_STALE', `${what}; decide it again`);
    }
    this.#tokens.use(token, clientToken);
    const replaced = record.connection(side);
    const disrupted = replaced === undefined ? [] : record.streams.sessionEnded(side);
    record.setConnection(side, connection, this.#options.clock.now());
    record.streams.sessionStarted(side);
    const { events } = this.#options;
    const { id: tunnelId } = record;
    const { channelId } = connection;
    if (replaced !== undefined) {
      const { channelId: replacedId } = replaced;
      events.emit('side-replaced', { tunnelId, side, channelId: replacedId, byChannelId: channelId });
    }
    const clientTokenGiven = clientToken !== undefined;
    events.emit('side-connected', { tunnelId, side, channelId, subprotocol, clientToken: clientTokenGiven });
    replaced?.end(this.#closes.replaced.code, this.#closes.replaced.reason);
    return { replaced, disrupted };
  }

  /**
   * To be called when a WebSocket is gone. Returns the streams that were live; the peer may be sent STREAM_RESET for them
   * (S15). If the source is gone, the ledger has ended them. If the destination is gone, they live until
   * {@link StreamLedger.endStream}. Does nothing if the side has another connection by now, or none.
   */
  disconnected(connection: SideConnection, code: number, reason: string): readonly StreamAddress[] {
    const record = this.#tunnels.get(connection.tunnelId);
    if (record?.connection(connection.side) !== connection) return [];
    return this.#lose(record, connection, { code, reason });
  }

  /** Ends every tunnel and forgets them all, tokens included. */
  reset(): void {
    for (const record of this.#tunnels.all()) {
      if (record.status === 'OPEN') this.#end(record, 'deleted');
      this.#forget(record);
    }
  }

  /** Ends every connection with the close `stopping`, and cancels every timer. From now on no tunnel can be opened. */
  stop(): void {
    this.#stopped = true;
    for (const record of this.#tunnels.all()) {
      record.timer?.cancel();
      this.#dropBoth(record, this.#closes.stopping);
    }
  }

  #end(record: TunnelRecord, cause: TunnelCloseCause): void {
    const { clock, events, visibleClosedMs = DEFAULT_VISIBLE_CLOSED_MS } = this.#options;
    record.timer?.cancel();
    record.markClosed(clock.now());
    for (const side of SIDES) this.#tokens.releaseClientToken(record.tokens[side]);
    record.timer = clock.after(visibleClosedMs, () => this.#forget(record));
    events.emit('tunnel-closed', { tunnelId: record.id, cause });
    this.#dropBoth(record, this.#closes.tunnelClosed);
    record.forgetStreams();
    this.#tunnels.close(record);
  }

  #forget(record: TunnelRecord): void {
    record.timer?.cancel();
    for (const side of SIDES) this.#tokens.forget(record.tokens[side]);
    this.#tunnels.remove(record);
  }

  /** Revokes the token of a side. If the other side has the same client token, that one stays in use. */
  #revoke({ tokens }: TunnelRecord, side: Side): void {
    this.#tokens.forget(tokens[side]);
    if (tokens[side].clientToken === tokens[opposite(side)].clientToken) return;
    this.#tokens.releaseClientToken(tokens[side]);
  }

  #dropBoth(record: TunnelRecord, close: Close): void {
    for (const side of SIDES) this.#drop(record, side, close);
  }

  #drop(record: TunnelRecord, side: Side, close: Close): void {
    const connection = record.connection(side);
    if (connection === undefined) return;
    this.#lose(record, connection, close);
    connection.end(close.code, close.reason);
  }

  #lose(record: TunnelRecord, connection: SideConnection, close: Close): readonly StreamAddress[] {
    const { side, channelId } = connection;
    record.setConnection(side, undefined, this.#options.clock.now());
    const disrupted = record.streams.sessionEnded(side);
    this.#options.events.emit('side-lost', { tunnelId: record.id, side, channelId, ...close });
    return disrupted;
  }

  #adopt(record: TunnelRecord, { services, thingName }: RotateInput): void {
    if (services !== undefined) {
      checkServiceCount(this.#options, services.length);
      checkServices(services);
    }
    if (thingName !== undefined) checkName('thingName', thingName);
    if (services !== undefined) {
      this.#tunnels.checkRoom({ ...texts(record), services }, record);
      record.services = [...services];
      this.#tunnels.weigh(record);
    }
    if (thingName !== undefined) this.#tunnels.rename(record, thingName);
  }

  #checkUnused({ sourceAccessToken, destinationAccessToken }: GivenTokens): void {
    for (const given of [sourceAccessToken, destinationAccessToken]) {
      if (given === undefined || this.#tokens.find(given) === undefined) continue;
      throw new ServiceError('INVALID_OPTION', 'The given access token is in use already; give another one');
    }
  }

  #checkRunning(): void {
    if (!this.#stopped) return;
    throw new ServiceError('SERVICE_STOPPED', 'The service has been stopped; start another one');
  }

  #visible(id: string): TunnelRecord {
    const record = this.#tunnels.get(id);
    if (record !== undefined && !record.deleted) return record;
    throw new ServiceError('TUNNEL_NOT_FOUND', `There is no tunnel ${id.slice(0, 130)}; check its id`);
  }
}
