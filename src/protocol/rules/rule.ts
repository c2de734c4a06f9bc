/** Whom a rule binds: source client, destination client, both clients, or the service. */
export type Binds = 'src' | 'dst' | 'cli' | 'svc';

export type RuleForce = 'MUST' | 'MUST NOT' | 'SHOULD' | 'MAY' | 'fact';

/** Where a rule comes from: the guides, AWS documentation, observation, an RFC, or this project's own choice. */
export type Provenance = 'guides' | 'aws-docs' | 'observed' | 'rfc6455' | 'project';
