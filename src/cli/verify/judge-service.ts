import { readFileSync } from 'node:fs';
import {
  hintFor,
  loadServiceScenarios,
  type OpenTunnel,
  OpenTunnelError,
  openTunnelByAwsJson,
  openTunnelByCommand,
  openTunnelFromList,
  runServiceSuite,
  serviceInstancesOf,
} from '../../scenario-runner/index.js';
import { UsageError } from '../errors.js';
import { stopOnSignal } from '../stop-signal.js';
import type { Again } from './again.js';
import { conclude, prepare } from './conclude.js';
import { selectionOf, type VerifyFlags } from './flags.js';
import { Progress } from './progress.js';

/** Flags for a service under test. */
export interface ServiceFlags {
  readonly service?: string;
  readonly ca?: string;
  readonly controlPlane?: string;
  readonly openTunnel?: string;
  readonly tokens?: string;
  readonly thing?: string;
}

/** Judges a service by its address. */
export async function judgeService(
  file: string | undefined,
  url: string,
  flags: VerifyFlags & ServiceFlags & { readonly attach?: string },
  again: Again,
): Promise<void> {
  if (file !== undefined || flags.own === true || flags.attach !== undefined) {
    throw new UsageError('--service judges a service; do not give a client with it');
  }
  if (flags.role !== undefined) {
    throw new UsageError('--role is for clients; the scenarios of --service play both sides');
  }
  if (!URL.canParse(url) || !/^wss?:\/\//.test(url)) {
    throw new UsageError(
      `--service '${url}' is not the address of a service; give ws://host:port or wss://host:port`,
    );
  }
  const scenarios = await loadServiceScenarios();
  if (flags.scenarios !== undefined)
    scenarios.push(...(await loadServiceScenarios(flags.scenarios, scenarios)));
  const selection = selectionOf(flags);
  const instances = serviceInstancesOf(scenarios, selection);
  if (instances.length === 0)
    throw new UsageError('No scenario matches; verify --service URL --list lists all scenarios');
  if (flags.list === true) {
    for (const { key, scenario, skip } of instances) {
      const skipped = skip === undefined ? '' : ` (skipped: ${skip})`;
      process.stdout.write(`${key}\t${scenario.title}${skipped}\n`);
    }
    return;
  }
  const ca = flags.ca === undefined ? undefined : read('--ca', flags.ca);
  const openTunnel = waysToOpen(url, ca, flags);
  const earlier = prepare(flags);
  using stopping = stopOnSignal();
  using progress = new Progress();
  const { signal } = stopping;
  const service = { url, openTunnel, ...(ca !== undefined && { ca }) };
  const suite = await runServiceSuite({
    service,
    scenarios,
    ...selection,
    signal,
    patienceMs: flags.patience,
    ...(flags.seed !== undefined && { seed: flags.seed }),
    onResult: progress.onResult,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof OpenTunnelError || error.code === undefined) throw error;
    throw new Error(`Cannot reach the service at ${url}: ${error.message}${hintFor(error.code)}`);
  });
  progress.end();
  conclude(suite, flags, earlier, { again });
}

function waysToOpen(url: string, ca: string | undefined, flags: ServiceFlags): OpenTunnel {
  const { controlPlane, openTunnel, tokens, thing } = flags;
  if ([controlPlane, openTunnel, tokens].filter((each) => each !== undefined).length > 1) {
    throw new UsageError('Give one of --control-plane, --open-tunnel and --tokens');
  }
  if (thing !== undefined && (openTunnel ?? tokens) !== undefined) {
    throw new UsageError('--thing is only for tunnels that are opened by AWS JSON; leave it out here');
  }
  if (openTunnel !== undefined) return openTunnelByCommand(openTunnel);
  if (tokens !== undefined) {
    try {
      return openTunnelFromList(read('--tokens', tokens));
    } catch (error) {
      throw new UsageError(`--tokens ${tokens}: ${(error as Error).message}`);
    }
  }
  if (controlPlane !== undefined && (!URL.canParse(controlPlane) || !/^https?:\/\//.test(controlPlane))) {
    throw new UsageError(
      `--control-plane '${controlPlane}' is not an address; give http://host:port or https://host:port`,
    );
  }
  return openTunnelByAwsJson(controlPlane ?? url.replace(/^ws/, 'http'), ca, {
    ...(thing !== undefined && { thingName: thing }),
  });
}

function read(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${option} ${path} cannot be read: ${(error as Error).message}`);
  }
}
