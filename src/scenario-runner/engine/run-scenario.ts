import { randomBytes, randomUUID } from 'node:crypto';
import type { Address, ClientAdapter, StartRequest } from '../adapters/adapter.js';
import { Application, freePort } from '../stage/application.js';
import { after, ClientUnderTest, describeExit } from '../stage/client.js';
import { Crash, Finding, Skip } from '../stage/finding.js';
import { ScriptedService } from '../stage/scripted-service.js';
import { Stage } from '../stage/stage.js';
import { Transcript } from '../stage/transcript.js';
import type { Instance } from './instances.js';
import { type Defect, gravest, type ScenarioResult, severityOf, type Verdict } from './verdict.js';
import type { Workbench } from './workbench.js';

export interface RunConditions {
  readonly adapter: ClientAdapter;
  readonly workbench: Workbench;
  /** How long an expected thing may take, in milliseconds. */
  readonly patienceMs: number;
  readonly long: boolean;
}

/** Names of the tunnel's services, as many as a scenario needs. */
const SERVICE_NAMES = ['SSH', 'HTTP', 'VNC', 'RDP'] as const;
/** A scenario takes at most this many times the patience; more is the harness's own fault. */
const BOUND_IN_PATIENCES = 16;
/** Bytes of randomness in a token: as text about 700 characters, as long as real ones. */
const TOKEN_BYTES = 520;

/** Runs one scenario against a fresh client. Never rejects: whatever happens becomes a verdict. */
export async function runScenario(instance: Instance, conditions: RunConditions): Promise<ScenarioResult> {
  const begun = performance.now();
  const { adapter, patienceMs, workbench } = conditions;
  const { role, version, scenario } = instance;
  const transcript = new Transcript();
  const services = version === 'V1' ? [] : SERVICE_NAMES.slice(0, scenario.needs?.services ?? 1);
  const service = new ScriptedService(role, version, services, transcript);
  const app = new Application(new Map<string, Address>(), transcript, patienceMs);
  let request: StartRequest | undefined;
  const client = new ClientUnderTest({
    adapter,
    role,
    version,
    service,
    transcript,
    patienceMs,
    request: () => request!,
  });
  const outcome: { defects: Defect[]; verdict?: Verdict; reason?: string } = { defects: [] };
  try {
    await service.listen(workbench.authority, adapter.fixedPort);
    for (const id of services.length === 0 ? [''] : services) {
      if (role === 'destination') await app.targetListens(id);
      else app.ports.set(id, { host: '127.0.0.1', port: await freePort() });
    }
    request = {
      role,
      version,
      services,
      service: { host: adapter.host ?? '127.0.0.1', port: service.port },
      scheme: adapter.scheme,
      accessToken: randomBytes(TOKEN_BYTES).toString('base64url'),
      clientToken: adapter.takesClientToken ? randomUUID() : undefined,
      caPath: workbench.caPath,
      caDir: workbench.caDir,
      ports: app.ports,
    };
    const { declares } = adapter;
    const stage = new Stage({
      role,
      version,
      declares,
      service,
      client,
      app,
      patienceMs,
      long: conditions.long,
      request,
    });
    const bound = patienceMs * BOUND_IN_PATIENCES + declares.dialMs * 3 + (scenario.extraMs ?? 0);
    await bounded(scenario.run(stage), bound);
    client.throwIfCrashed();
  } catch (error) {
    judge(error, client, outcome);
  }
  outcome.defects.push(...offences(service));
  await client.running?.stop();
  app.close();
  await service.close();
  const verdict =
    outcome.verdict ?? gravest(['pass', ...outcome.defects.map((defect): Verdict => defect.verdict)]);
  return {
    key: instance.key,
    scenario,
    role,
    version,
    verdict,
    ...(outcome.reason !== undefined && { reason: outcome.reason }),
    defects: outcome.defects,
    transcript: transcript.lines(),
    output: client.running?.output() ?? '',
    exit: client.exit === undefined ? '' : describeExit(client.exit),
    command: request === undefined ? '' : (adapter.commandLine?.(request) ?? ''),
    durationMs: Math.round(performance.now() - begun),
  };
}

/** What was thrown, as a defect, a reason to skip, or a fault of the harness. */
function judge(
  error: unknown,
  client: ClientUnderTest,
  outcome: { defects: Defect[]; verdict?: Verdict; reason?: string },
): void {
  const exit = client.exit;
  if (exit?.startError !== undefined) {
    outcome.verdict = 'error';
    outcome.reason = `the client could not be started: ${exit.startError}`;
  } else if (error instanceof Crash) {
    outcome.defects.push({ verdict: 'crash', rule: 'S17', symptom: error.symptom, detail: error.detail });
  } else if (error instanceof Skip) {
    outcome.verdict = 'skipped';
    outcome.reason = error.message;
  } else if (error instanceof Finding) {
    // A process that was ended by a signal explains whatever did not happen after.
    if (exit?.signal != null && !exit.asked) {
      const detail = `then ${error.message}`;
      const symptom = `it was ended by ${exit.signal}`;
      outcome.defects.push({ verdict: 'crash', rule: 'S17', symptom, detail });
      return;
    }
    const { rule, symptom, detail, force } = error;
    outcome.defects.push({ verdict: severityOf(rule, force), rule, symptom, detail });
  } else {
    outcome.verdict = 'error';
    outcome.reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** What the client broke on the wire by the way. */
function offences(service: ScriptedService): Defect[] {
  const defects: Defect[] = [];
  for (const { monitor } of service.allLinks) {
    for (const { rule, symptom, detail } of monitor.offences) {
      if (defects.some((known) => known.rule === rule && known.symptom === symptom)) continue;
      defects.push({ verdict: severityOf(rule), rule, symptom, detail });
    }
  }
  return defects;
}

async function bounded(running: Promise<void>, ms: number): Promise<void> {
  const timer = new AbortController();
  running.catch(() => {});
  const late = after(ms, timer.signal).then(() => {
    throw new Error(`The scenario itself did not end within ${ms} ms: a wait in it has no bound`);
  });
  await Promise.race([running, late]);
  timer.abort();
}
