import { randomBytes, randomUUID } from 'node:crypto';
import type { Address, StartRequest } from '../adapters/adapter.js';
import { Application } from '../stage/application.js';
import { ClientUnderTest } from '../stage/client.js';
import { freePort } from '../stage/free-port.js';
import { ScriptedService } from '../stage/scripted-service.js';
import { Stage } from '../stage/stage.js';
import { Transcript } from '../stage/transcript.js';
import type { Instance } from './instances.js';
import type { RunConditions } from './run-scenario.js';

/** Names of the tunnel's services, as many as a scenario needs. */
const SERVICE_NAMES = ['SSH', 'HTTP', 'VNC', 'RDP'] as const;
/** Bytes of randomness in a token: as text about 700 characters, as long as real ones. */
const TOKEN_BYTES = 520;
/** Of one scenario: most of the matrix of errors is waiting for closes and reconnects. */
const CLIENTS_AT_ONCE = 4;

/** A client, not yet started, with everything around it. */
export interface Scene {
  readonly stage: Stage;
  readonly service: ScriptedService;
  readonly client: ClientUnderTest;
  readonly request: StartRequest;
  /** Ends the client and everything that was opened for it. */
  close(): Promise<void>;
}

/** Sets up the service, the application's end, and a client for one run. */
export async function setScene(
  instance: Instance,
  conditions: RunConditions,
  transcript: Transcript,
): Promise<Scene> {
  const { adapter, patienceMs, workbench, long } = conditions;
  const { role, version, scenario } = instance;
  const { standing } = adapter;
  const names = standing === undefined ? SERVICE_NAMES : [...standing.ports.keys()];
  const services = version === 'V1' ? [] : names.slice(0, scenario.needs?.services ?? 1);
  const service = new ScriptedService(role, version, services, transcript);
  const app = new Application(new Map<string, Address>(), transcript, patienceMs);
  await service.listen(workbench.authority, workbench.door);
  try {
    for (const id of services.length === 0 ? [''] : services) {
      const given = standing?.ports.get(id) ?? standing?.ports.values().next().value;
      if (role === 'destination') await app.targetListens(id, given);
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
    // As real ones begin: a token with a leading dash would be taken for an option by the client's command line.
    accessToken: standing?.accessToken ?? `AQGA${randomBytes(TOKEN_BYTES).toString('base64url')}`,
    clientToken: adapter.takesClientToken ? randomUUID() : undefined,
    caPath: workbench.caPath,
    caDir: workbench.caDir,
    ports: app.ports,
  };
  transcript.hide(request.accessToken, request.clientToken);
  const common = { adapter, role, version, service, transcript, patienceMs };
  const client = new ClientUnderTest({ ...common, request: () => request });
  const { declares } = adapter;
  let clients = 1;
  const afresh = async (run: (stage: Stage) => Promise<void>): Promise<void> => {
    if (standing !== undefined) await close();
    clients++;
    const branch = new Transcript({ of: transcript, label: `[client ${clients}] ` });
    const scene = await setScene(instance, conditions, branch);
    try {
      await run(scene.stage);
      scene.client.throwIfCrashed();
    } finally {
      await scene.close();
    }
  };
  const close = async (): Promise<void> => {
    await client.running?.stop();
    await app.close();
    await service.close();
  };
  const stage = new Stage({
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
    clientsAtOnce: standing === undefined ? CLIENTS_AT_ONCE : 1,
  });
  return { stage, service, client, request, close };
}
