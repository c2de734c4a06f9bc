import { randomBytes, randomUUID } from 'node:crypto';
import type { Side } from '../../protocol/index.js';
import type { Address, ClientAdapter, StartRequest } from '../adapters/index.js';
import {
  Application,
  ClientUnderTest,
  freePort,
  Random,
  race,
  ScriptedService,
  Transcript,
  Trial,
} from '../trial/index.js';
import { type Crash, Finding, RunOver } from '../verdicts/index.js';
import type { Instance } from './instances.js';
import { ClientCount, tooManyReconnects } from './limits.js';
import type { ClientScenario } from './scenario.js';
import type { Conditions } from './subject.js';
import type { Workbench } from './workbench.js';

/** Names for the tunnel's services. A scenario gets as many as it needs. */
const SERVICE_NAMES: readonly string[] = [
  ...['SSH', 'HTTP', 'VNC', 'RDP', 'MQTT', 'MODBUS', 'OPC-UA', 'SNMP', 'SYSLOG', 'METRICS'],
  ...Array.from({ length: 10 }, (_, i) => `CAMERA_${i + 1}`),
];
/** Random bytes of a token. As text they have about 700 characters, as long as real tokens. */
const TOKEN_BYTES = 520;
/** Clients of one scenario at the same time: the matrix of errors mostly waits for closes and reconnects. */
const CLIENTS_AT_ONCE = 4;

/** A client that is not started yet, and everything around it. */
export interface Scene {
  readonly trial: Trial;
  readonly service: ScriptedService;
  readonly client: ClientUnderTest;
  readonly request: StartRequest;
  /** The findings that the scenario has reported before it went on. */
  readonly found: readonly (Finding | Crash)[];
  /** Runs a scenario, as long as the client stays within its limits. */
  runs(scenario: (trial: Trial) => Promise<void>): Promise<void>;
  /** Ends every wait of the scenario. */
  giveUp(why: Error): void;
  /** Ends the client and everything that was opened for it. `atOnce` kills the client without asking first. */
  close(atOnce?: boolean): Promise<void>;
}

export interface SceneConditions extends Conditions {
  readonly adapter: ClientAdapter;
  readonly workbench: Workbench;
}

/** Sets up the service, the application's end, and a client for one run. */
export async function setScene(
  instance: Instance,
  conditions: SceneConditions,
  transcript: Transcript,
  clients = new ClientCount(conditions.long),
  found: (Finding | Crash)[] = [],
  label = '',
): Promise<Scene> {
  const { adapter, patienceMs, workbench, long } = conditions;
  const { version } = instance;
  const role = instance.role as Side;
  const scenario = instance.scenario as ClientScenario;
  const { standing } = adapter;
  const names = standing === undefined ? SERVICE_NAMES : [...standing.ports.keys()];
  const services = version === 'V1' ? [] : names.slice(0, scenario.needs?.services ?? 1);
  const service = new ScriptedService(role, version, services, transcript);
  const app = new Application(new Map<string, Address>(), transcript, patienceMs);
  await service.listen(workbench.authority, workbench.door);
  try {
    for (const id of services.length === 0 ? [''] : services) {
      const given = standing?.ports.get(id) ?? standing?.ports.values().next().value;
      if (role === 'destination') await app.listens(id, given);
      else app.ports.set(id, given ?? { host: '127.0.0.1', port: await freePort() });
    }
  } catch (error) {
    await app.close();
    await service.close();
    throw error;
  }
  const request: StartRequest = {
    role,
    version,
    services,
    service: { host: standing?.service.host ?? adapter.host ?? '127.0.0.1', port: service.port },
    scheme: adapter.scheme,
    // Real tokens begin like this. The client's command line would read a token with a leading dash as an option.
    accessToken: standing?.accessToken ?? `AQGA${randomBytes(TOKEN_BYTES).toString('base64url')}`,
    clientToken: adapter.takesClientToken ? randomUUID() : undefined,
    caPath: workbench.caPath,
    caDir: workbench.caDir,
    ports: app.ports,
  };
  transcript.hide(request.accessToken, request.clientToken);
  const random = new Random(conditions.seed, `${instance.key} ${label}`);
  const common = { adapter, role, version, service, transcript, patienceMs, random };
  const client = new ClientUnderTest({ ...common, request: () => request });
  const { declares } = adapter;
  const over = new AbortController();
  const branches = new Set<Scene>();
  const runs = async (run: (trial: Trial) => Promise<void>): Promise<void> => {
    const limit = tooManyReconnects(service, over.signal);
    limit.catch(() => {});
    const before = found.length;
    try {
      await race([run(trial), limit]);
      // Where the scenario has told of harm and gone on, the end of the client is part of it.
      if (found.length === before) client.throwIfCrashed();
    } catch (error) {
      if (error instanceof Finding) error.bytes ??= transcript.lastBytes;
      throw transcript.recent.explains(error);
    }
  };
  const giveUp = (why: Error): void => {
    over.abort();
    client.giveUp(why);
    for (const branch of branches) branch.giveUp(why);
  };
  const close = async (atOnce = false): Promise<void> => {
    if (atOnce) client.running?.kill?.();
    await Promise.all([...branches].map((branch) => branch.close(atOnce)));
    await client.running?.stop();
    await app.close();
    await service.close();
  };
  const afresh = async (run: (trial: Trial) => Promise<void>): Promise<void> => {
    if (over.signal.aborted) throw new RunOver();
    if (standing !== undefined) await close();
    const label = `[client ${clients.next()}] `;
    const branch = new Transcript({ of: transcript, label });
    const scene = await setScene(instance, conditions, branch, clients, found, label);
    branches.add(scene);
    try {
      if (over.signal.aborted) throw new RunOver();
      await scene.runs(run);
    } finally {
      scene.giveUp(new RunOver());
      await scene.close();
      branches.delete(scene);
    }
  };
  const trial = new Trial({
    role,
    version,
    declares,
    service,
    client,
    app,
    patienceMs,
    long,
    request,
    afresh,
    finds: (error) => void found.push(error),
    clientsAtOnce: standing === undefined ? CLIENTS_AT_ONCE : 1,
  });
  return { trial, service, client, request, found, runs, giveUp, close };
}
