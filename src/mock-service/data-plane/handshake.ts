import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CHANNEL_ID_HEADER } from '../../protocol/index.js';
import type { RequestBytes } from '../http/index.js';
import { type Answer, answerSocket, headOf, refusal } from '../http/index.js';
import { ServiceError } from '../kit/index.js';
import { type Accepted, type Admission, type HandshakeRequest, rejected } from '../tunnels/index.js';
import type { DataPlaneContext } from './context.js';
import type { HandshakeScript, HandshakeScripts } from './handshake-script.js';
import { TokenBucket } from './token-bucket.js';
import { acceptKey, upgradeFault } from './websocket/upgrade.js';

/** An upgrade request and its socket. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** Bytes that were read after the request. */
  readonly head: Buffer;
}

/**
 * Makes a session from an accepted handshake. It is called before the 101 is written, and may refuse by throwing
 * ADMISSION_STALE. Returns a function that is called after the 101 was written.
 */
export type OnAccepted = (accepted: Accepted, upgrade: Upgrade, script: HandshakeScript) => () => void;

const NO_SCRIPT: HandshakeScript = {};

/** Answers `GET /tunnel`: by the rules, or as scripted. */
export class Handshakes {
  readonly #context: DataPlaneContext;
  readonly #scripts: HandshakeScripts;
  readonly #requestBytes: RequestBytes;
  readonly #onAccepted: OnAccepted;
  readonly #rate: TokenBucket | undefined;

  constructor(
    context: DataPlaneContext,
    scripts: HandshakeScripts,
    requestBytes: RequestBytes,
    onAccepted: OnAccepted,
  ) {
    this.#context = context;
    this.#scripts = scripts;
    this.#requestBytes = requestBytes;
    this.#onAccepted = onAccepted;
    const { handshakesPerSecond: rate } = context.options;
    if (rate !== undefined) this.#rate = new TokenBucket(context.clock, rate, Math.max(1, rate));
  }

  handle(upgrade: Upgrade): void {
    const { request, socket, head } = upgrade;
    socket.on('error', () => socket.destroy());
    socket.setTimeout(0);
    const asked: HandshakeRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      rawHeaders: request.rawHeaders,
      requestBytes: this.#requestBytes.ofUpgrade(request, head),
      ...(socket.remoteAddress !== undefined && { remoteAddress: socket.remoteAddress }),
    };
    const { registry, clock, newChannelId } = this.#context;
    if (this.#rate?.tryTake() === false) {
      const channelId = newChannelId();
      this.#refuse(upgrade, refusal(429, 'Too many handshakes; try again later', channelId), {});
      return;
    }
    const admission = registry.admit(asked);
    const { tunnelId, side } = whose(admission);
    const script = this.#scripts.take(tunnelId, side) ?? NO_SCRIPT;
    if (script.delayMs === undefined) {
      this.#answer(upgrade, admission, script);
      return;
    }
    // The token or tunnel may have changed during the delay, so the registry decides again.
    const timer = clock.after(script.delayMs, () => {
      try {
        this.#answer(upgrade, admission.ok ? registry.admit(asked) : admission, script);
      } catch (error) {
        this.fail(upgrade, error);
      }
    });
    socket.once('close', () => timer.cancel());
  }

  /** To be called when code of the service threw for a handshake. Ends only that connection, and emits an event. */
  fail({ socket }: Upgrade, error: unknown): void {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const channelId = this.#context.newChannelId();
    this.#context.events.emit('connection-failed', { channelId, reason: message, stack });
    socket.destroy();
  }

  #answer(upgrade: Upgrade, admission: Admission, script: HandshakeScript): void {
    const { tunnelId, side } = whose(admission);
    const about = { ...(tunnelId !== undefined && { tunnelId }), ...(side !== undefined && { side }) };
    if (script.drop === 'after-request') return void upgrade.socket.destroy();
    if (script.status !== undefined) {
      const answer = refusal(script.status, script.body ?? '', admission.channelId);
      const headers = scriptedHeaders({ ...answer.headers, ...script.headers }, script);
      this.#refuse(upgrade, { ...answer, headers }, about);
      return;
    }
    if (!admission.ok) {
      answerSocket(upgrade.socket, admission, this.#context.clock);
      return;
    }
    const fault = upgradeFault(upgrade.request);
    if (fault === undefined) {
      this.#accept(upgrade, admission, script);
      return;
    }
    const answer = refusal(fault.status, fault.reason, admission.channelId);
    this.#refuse(upgrade, { ...answer, headers: { ...answer.headers, ...fault.headers } }, about);
  }

  #accept(upgrade: Upgrade, accepted: Accepted, script: HandshakeScript): void {
    const { request, socket } = upgrade;
    if (!socket.readable || !socket.writable) return void socket.destroy();
    let begin: () => void;
    try {
      begin = this.#onAccepted(accepted, upgrade, script);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const answer = rejected({ reason: error.message }, accepted.channelId);
      this.#refuse(upgrade, answer, {});
      return;
    }
    const subprotocol = script.subprotocol === undefined ? accepted.answeredSubprotocol : script.subprotocol;
    const headers = {
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-accept': script.acceptKey ?? acceptKey(request),
      ...(subprotocol !== null && { 'sec-websocket-protocol': subprotocol }),
      ...scriptedHeaders(accepted.headers, script),
      ...script.headers,
    };
    socket.setNoDelay(true);
    if (script.drop === 'after-accept') socket.write(headOf(101, headers), () => socket.destroy());
    else socket.write(headOf(101, headers));
    begin();
  }

  /** Refuses a handshake for a reason that the registry does not judge. */
  #refuse(upgrade: Upgrade, answer: Answer & { rule?: string | undefined }, about: object): void {
    const { remoteAddress } = upgrade.socket;
    this.#context.events.emit('handshake-rejected', {
      status: answer.status,
      reason: answer.body,
      channelId: answer.headers[CHANNEL_ID_HEADER] ?? '',
      ...about,
      ...(remoteAddress !== undefined && { remoteAddress }),
    });
    answerSocket(upgrade.socket, answer, this.#context.clock);
  }
}

function whose(admission: Admission) {
  if (admission.ok) return { tunnelId: admission.tunnel.id, side: admission.side };
  return { tunnelId: admission.tunnelId, side: admission.side };
}

/** The headers with the script's `channel-id`, or without one. */
function scriptedHeaders(headers: Readonly<Record<string, string>>, { channelId }: HandshakeScript) {
  if (channelId === undefined) return headers;
  const { [CHANNEL_ID_HEADER]: _real, ...others } = headers;
  return channelId === null ? others : { ...others, [CHANNEL_ID_HEADER]: channelId };
}
