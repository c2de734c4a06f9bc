import type { RuleId } from '../../protocol/index.js';

/** A rule that a frame breaks. */
export interface BrokenRule {
  readonly rule: RuleId;
  /** MUST: the service closes the offender's connection, unless it only reports. SHOULD: it reports and relays. */
  readonly force: 'MUST' | 'SHOULD';
  /** What happened, with the offending value. Holds neither payload nor tokens. */
  readonly what: string;
}

export function must(rule: RuleId, what: string): BrokenRule {
  return { rule, force: 'MUST', what };
}

export function should(rule: RuleId, what: string): BrokenRule {
  return { rule, force: 'SHOULD', what };
}

/** A service id for a log line: cut to the longest legal length, with control characters escaped. */
export function quoteService(serviceId: string): string {
  return serviceId === '' ? 'no service' : `service ${JSON.stringify(serviceId.slice(0, 128))}`;
}
