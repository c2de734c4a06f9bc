import type { Side } from '../../protocol/index.js';

/** An access token that has been handed out and not rotated away. */
export interface TokenRecord {
  readonly token: string;
  readonly tunnelId: string;
  readonly side: Side;
  /** Has been used by a handshake that succeeded. */
  used: boolean;
  /** The client token of that handshake, if it had one (H9). */
  clientToken: string | undefined;
}

/** Every access token the service knows, and which client token belongs to which open tunnel. */
export class TokenBook {
  readonly #records = new Map<string, TokenRecord>();
  readonly #ofTunnel = new Map<string, TokenRecord[]>();
  /** Client token → open tunnel that uses it (H7). */
  readonly #clientTokens = new Map<string, string>();

  find(token: string): TokenRecord | undefined {
    return this.#records.get(token);
  }

  add(token: string, tunnelId: string, side: Side): void {
    const record: TokenRecord = { token, tunnelId, side, used: false, clientToken: undefined };
    this.#records.set(token, record);
    this.#ofTunnel.set(tunnelId, [...(this.#ofTunnel.get(tunnelId) ?? []), record]);
  }

  /** The open tunnel that already uses this client token. */
  userOf(clientToken: string): string | undefined {
    return this.#clientTokens.get(clientToken);
  }

  /** A handshake with this token succeeded: it is spent (H8), or bound to its client token (H9). */
  use(record: TokenRecord, clientToken: string | undefined): void {
    record.used = true;
    record.clientToken = clientToken;
    if (clientToken !== undefined) this.#clientTokens.set(clientToken, record.tunnelId);
  }

  /** Rotation: the side's tokens are no longer known. */
  revoke(tunnelId: string, side: Side): void {
    const all = this.#ofTunnel.get(tunnelId) ?? [];
    const kept = all.filter((record) => record.side !== side);
    this.#ofTunnel.set(tunnelId, kept);
    for (const record of all) {
      if (record.side !== side) continue;
      this.#records.delete(record.token);
      if (!kept.some((other) => other.clientToken === record.clientToken)) this.#release(record);
    }
  }

  /** The tunnel closed: its client tokens are free for others (H7: unique among *open* tunnels). */
  releaseClientTokens(tunnelId: string): void {
    for (const record of this.#ofTunnel.get(tunnelId) ?? []) this.#release(record);
  }

  /** The tunnel is gone: its tokens are unknown from now on. */
  forget(tunnelId: string): void {
    this.releaseClientTokens(tunnelId);
    for (const record of this.#ofTunnel.get(tunnelId) ?? []) this.#records.delete(record.token);
    this.#ofTunnel.delete(tunnelId);
  }

  #release({ clientToken, tunnelId }: TokenRecord): void {
    if (clientToken === undefined || this.#clientTokens.get(clientToken) !== tunnelId) return;
    this.#clientTokens.delete(clientToken);
  }
}
