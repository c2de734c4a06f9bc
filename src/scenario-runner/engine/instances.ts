import type { MessageFormat, Side } from '../../protocol/index.js';
import type { ClientAdapter } from '../adapters/index.js';
import { type Scenario, type ServiceScenario, topicOf } from './scenario.js';

/** A scenario for one role and one version. It is run and reported as a unit. */
export interface Instance {
  readonly key: string;
  readonly scenario: Scenario | ServiceScenario;
  readonly role: Side | 'service';
  readonly version: MessageFormat;
  /** Why it is not run. */
  readonly skip: string | undefined;
}

export interface Selection {
  /** Ids, keys, or patterns with `*`. */
  readonly only?: readonly string[];
  readonly topics?: readonly string[];
  readonly roles?: readonly Side[];
  readonly versions?: readonly MessageFormat[];
  readonly long?: boolean;
}

const VERSIONS: readonly MessageFormat[] = ['V1', 'V2', 'V3'];
const NEWEST: MessageFormat = 'V3';

/** Every instance that the selection asks for. An instance that the client does not claim has the reason in `skip`. */
export function instancesOf(
  scenarios: readonly Scenario[],
  adapter: ClientAdapter,
  selection: Selection = {},
): Instance[] {
  const instances: Instance[] = [];
  for (const scenario of scenarios) {
    if (selection.topics !== undefined && !selection.topics.includes(topicOf(scenario.id))) continue;
    if (scenario.long === true && selection.long !== true) continue;
    const roles = scenario.role === 'client' ? (['source', 'destination'] as const) : [scenario.role];
    for (const role of roles) {
      if (selection.roles !== undefined && !selection.roles.includes(role)) continue;
      for (const version of versionsOf(scenario, adapter)) {
        if (selection.versions !== undefined && !selection.versions.includes(version)) continue;
        const key = `${scenario.id}@${role}/${version}`;
        if (
          selection.only !== undefined &&
          !selection.only.some((wanted) => matches(wanted, scenario.id, key))
        ) {
          continue;
        }
        instances.push({ key, scenario, role, version, skip: whySkipped(scenario, adapter, role, version) });
      }
    }
  }
  return instances;
}

/**
 * Every instance of the scenarios about a service that the selection asks for. If it names no version, the newest one.
 */
export function serviceInstancesOf(
  scenarios: readonly ServiceScenario[],
  selection: Selection = {},
): Instance[] {
  const { versions = [NEWEST], topics, only } = selection;
  return scenarios
    .filter(({ id }) => topics === undefined || topics.includes(topicOf(id)))
    .flatMap((scenario) =>
      VERSIONS.filter((version) => versions.includes(version)).map((version): Instance => {
        const applies = scenario.versions?.includes(version) ?? true;
        const skip = applies ? undefined : `this does not apply to ${version}`;
        return { key: serviceKey(scenario.id, version), scenario, role: 'service', version, skip };
      }),
    )
    .filter(
      ({ key, scenario: { id } }) =>
        only === undefined ||
        only.some((wanted) => matches(wanted, id, key) || matches(wanted, id, `${id}@service`)),
    );
}

/** The scenarios about a service that have an instance in the selection. */
export function selectService(
  scenarios: readonly ServiceScenario[],
  selection: Selection,
): ServiceScenario[] {
  const wanted = new Set(serviceInstancesOf(scenarios, selection).map(({ scenario }) => scenario));
  return scenarios.filter((scenario) => wanted.has(scenario));
}

/** The key of a scenario about a service. It does not name the newest version. */
export function serviceKey(id: string, version: MessageFormat): string {
  return version === NEWEST ? `${id}@service` : `${id}@service/${version}`;
}

function versionsOf(scenario: Scenario, adapter: ClientAdapter): readonly MessageFormat[] {
  if (scenario.versions !== 'any') return scenario.versions ?? VERSIONS;
  return [VERSIONS.findLast((version) => adapter.declares.versions.includes(version)) ?? 'V3'];
}

/** Whether an id or a key matches; `*` stands for anything. */
export function matches(wanted: string, id: string, key: string): boolean {
  const pattern = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return pattern.test(id) || pattern.test(key);
}

function whySkipped(
  { needs }: Scenario,
  adapter: ClientAdapter,
  role: Side,
  version: MessageFormat,
): string | undefined {
  const { declares } = adapter;
  if (!adapter.roles.includes(role)) return `the client has no ${role} mode`;
  if (!declares.versions.includes(version)) return `the client does not claim ${version}`;
  if (needs === undefined) return undefined;
  if (needs.services !== undefined && declares.services < needs.services) {
    return `the client claims ${declares.services} service(s), this needs ${needs.services}`;
  }
  if (needs.connections !== undefined && declares.connections < needs.connections) {
    return `the client claims ${declares.connections} connection(s), this needs ${needs.connections}`;
  }
  if (needs.reconnects === true && !declares.reconnects) return 'the client does not claim to reconnect';
  if (needs.clientToken === true && !adapter.takesClientToken) return 'the client takes no client token';
  if (needs.process === true && !adapter.isProcess) return 'the client is not a process on this machine';
  if (needs.kind !== undefined && declares.kind !== needs.kind) return `the rule binds only a ${needs.kind}`;
  return undefined;
}
