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
  /** Client token → open tunnel that uses it (H7). */
  readonly #clientTokens = new Map<string, string>();

  find(token: string): TokenRecord | undefined {
    return this.#records.get(token);
  }

  add(token: string, tunnelId: string, side: Side): TokenRecord {
    const record: TokenRecord = { token, tunnelId, side, used: false, clientToken: undefined };
    this.#records.set(token, record);
    return record;
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

  /** The token is unknown from now on. */
  forget(record: TokenRecord): void {
    this.#records.delete(record.token);
  }

  /** The client token of this handshake is free for other tunnels (H7: unique among *open* tunnels). */
  releaseClientToken({ clientToken, tunnelId }: TokenRecord): void {
    if (clientToken === undefined || this.#clientTokens.get(clientToken) !== tunnelId) return;
    this.#clientTokens.delete(clientToken);
  }
}
