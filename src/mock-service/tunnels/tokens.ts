import type { Side } from '../../protocol/index.js';
import type { RandomSource } from '../kit/index.js';
import { numberOf, TokenMint } from './token-mint.js';

/** An access token that has been handed out and not rotated away. */
export interface TokenRecord {
  /** A minted token's number; a given one's text. */
  readonly key: number | string;
  readonly tunnelId: string;
  readonly side: Side;
  /** Has been used by a handshake that succeeded. */
  used: boolean;
  /** The client token of that handshake, if it had one (H9). */
  clientToken: string | undefined;
}

/** A token as it is handed out, once. */
export interface IssuedToken {
  readonly text: string;
  readonly record: TokenRecord;
}

/** Every access token the service knows, and which client token belongs to which open tunnel. */
export class TokenBook {
  readonly #mint: TokenMint;
  readonly #records = new Map<number | string, TokenRecord>();
  /** Client token → open tunnel that uses it (H7). */
  readonly #clientTokens = new Map<string, string>();

  constructor(random: RandomSource) {
    this.#mint = new TokenMint(random);
  }

  find(token: string): TokenRecord | undefined {
    return this.#records.get(token) ?? this.#findMinted(token);
  }

  /** Makes a token for a side, or takes the one that was given for it. */
  issue(tunnelId: string, side: Side, given: string | undefined): IssuedToken {
    const { number: key, text } = given === undefined ? this.#mint.mint() : { number: given, text: given };
    const record: TokenRecord = { key, tunnelId, side, used: false, clientToken: undefined };
    this.#records.set(key, record);
    return { text, record };
  }

  knows(record: TokenRecord): boolean {
    return this.#records.get(record.key) === record;
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
    this.#records.delete(record.key);
  }

  /** The client token of this handshake is free for other tunnels (H7: unique among *open* tunnels). */
  releaseClientToken({ clientToken, tunnelId }: TokenRecord): void {
    if (clientToken === undefined || this.#clientTokens.get(clientToken) !== tunnelId) return;
    this.#clientTokens.delete(clientToken);
  }

  #findMinted(token: string): TokenRecord | undefined {
    const number = numberOf(token);
    const record = number === undefined ? undefined : this.#records.get(number);
    return number !== undefined && this.#mint.textOf(number) === token ? record : undefined;
  }
}
