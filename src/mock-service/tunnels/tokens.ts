import type { Side } from '../../protocol/index.js';
import type { RandomSource } from '../kit/index.js';
import { numberOf, TokenMint } from './token-mint.js';

/** An access token that has been issued and not revoked by a rotation. */
export interface TokenRecord {
  /** The number of a minted token, or the text of a given token. */
  readonly key: number | string;
  readonly tunnelId: string;
  readonly side: Side;
  /** Whether a successful handshake has used the token. */
  used: boolean;
  /** The client token of that handshake, if it had one (H9). */
  clientToken: string | undefined;
}

/** A token with its text. The text is given to the caller once and not kept. */
export interface IssuedToken {
  readonly text: string;
  readonly record: TokenRecord;
}

/** All access tokens of the service, and which open tunnel uses which client token. */
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

  /** Makes a token for a side, or uses the given one. */
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

  /**
   * To be called when a handshake with this token succeeded. The token is then used up (H8), or bound to its client
   * token (H9).
   */
  use(record: TokenRecord, clientToken: string | undefined): void {
    record.used = true;
    record.clientToken = clientToken;
    if (clientToken !== undefined) this.#clientTokens.set(clientToken, record.tunnelId);
  }

  /** Removes the token. From now on it is unknown. */
  forget(record: TokenRecord): void {
    this.#records.delete(record.key);
  }

  /** Lets other tunnels use this client token. H7 requires it to be unique among *open* tunnels only. */
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
