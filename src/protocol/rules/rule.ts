import type { MessageFormat } from '../versions.js';

/** Whom a rule binds: source client, destination client, both clients, or the service. */
export type Binds = 'src' | 'dst' | 'cli' | 'svc';

/** How strongly a rule binds. `fact` states a fact and requires nothing. A rule with several parts may have several. */
export type RuleForce = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY' | 'fact';

/** Where a rule comes from: the guides, AWS documentation, observation, an RFC, or this project's own choice. */
export type Provenance = 'guides' | 'aws-docs' | 'observed' | 'rfc6455' | 'project';

/** Where a breach is seen: in the handshake, the WebSocket layer, a message, the tunnel's life, or inside a client. */
export type JudgedAt = 'handshake' | 'websocket' | 'message' | 'lifecycle' | 'client';

/** One rule of the protocol, as a verdict quotes it. */
export interface Rule<Id extends string = string> {
  readonly id: Id;
  readonly binds: readonly Binds[];
  readonly force: readonly RuleForce[];
  readonly from: readonly Provenance[];
  /** The message formats that the rule applies to. The format decides, not the subprotocol. */
  readonly formats: readonly MessageFormat[];
  readonly text: string;
  /** The document and clause that the rule comes from. */
  readonly source: string;
  readonly judgedAt: JudgedAt;
}

export const ALL_FORMATS: readonly MessageFormat[] = ['V1', 'V2', 'V3'];
export const SERVICE_ID_FORMATS: readonly MessageFormat[] = ['V2', 'V3'];
