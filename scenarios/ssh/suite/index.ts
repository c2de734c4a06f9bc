import { AssertionError } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MessageFormat } from 'tunnel-testbed/protocol';
import { type ClientAdapter, freePort, OwnProxies } from 'tunnel-testbed/scenario-runner';
import { type ClientScenario, Finding, ownSymptom, scenario, type Trial } from 'tunnel-testbed/scenarios';
import type { SshCase } from '../case.js';
import { FAULT_CASES } from '../faults.js';
import { OPENSSH_CASES } from '../openssh-cases.js';
import { openPath } from '../path.js';
import { isInstalled } from '../program.js';
import { SERVERS, type SshServerKind } from '../servers.js';
import { SSH2_CASES } from '../ssh2-cases.js';

/** These cases need only one connection at a time (V1, V2). */
const SINGLE = new Set(['openssh-exec', 'openssh-rekeying', 'openssh-scp-and-sftp']);
const ALL: readonly MessageFormat[] = ['V1', 'V2', 'V3'];
const NEWEST: readonly MessageFormat[] = ['V3'];
/** The number of connections for the case with many sessions. */
const MANY_SESSIONS = 50;
/** A limit for a case with its logins and transfers, in milliseconds. It needs far less. */
const CASE_MS = 120_000;
const PACKAGES: Readonly<Record<string, string>> = {
  ssh: 'openssh-client',
  scp: 'openssh-client',
  sftp: 'openssh-client',
  'ssh-agent': 'openssh-client',
  'ssh-add': 'openssh-client',
  sshd: 'openssh-server',
  sshpass: 'sshpass',
};

const SUITES = [
  { client: 'openssh', cases: OPENSSH_CASES },
  { client: 'ssh2', cases: SSH2_CASES },
  { client: 'disturbed', cases: FAULT_CASES },
] as const;

/** Real SSH through the client under test on one side, our proxy on the other, and a service between them. */
export default SERVERS.flatMap((kind) =>
  SUITES.flatMap(({ client, cases }) =>
    cases.filter((each) => isOffered(kind, each)).map((each) => sshScenario(kind, client, each)),
  ),
);

/** A case is left out if the server, as it is started here, does not offer it. */
function isOffered({ forwardsAgents, takesPasswords }: SshServerKind, { id }: SshCase): boolean {
  return (id !== 'agent-forwarding' || forwardsAgents) && (id !== 'password' || takesPasswords);
}

function sshScenario(kind: SshServerKind, client: string, each: SshCase): ClientScenario {
  const name = `${client}-${each.id}`;
  const comesBack = each.id.startsWith('ends-on-tcp-reset');
  return scenario({
    id: `ssh/${kind.id}-${name}`,
    title: `${client === 'ssh2' ? 'ssh2' : 'OpenSSH'} to ${kind.name}: ${each.title}`,
    rules: ['S3', 'S4', ...(client === 'disturbed' ? (['S11', 'S12', 'S13'] as const) : [])],
    role: 'client',
    versions: SINGLE.has(name) ? ALL : NEWEST,
    why: 'People use tunnels for SSH.',
    expects: 'The login, the command or the transfer succeeds as it would without a tunnel.',
    extraMs: CASE_MS,
    needs: {
      ...(each.id === 'sessions' && { connections: MANY_SESSIONS }),
      ...(comesBack && { reconnects: true as const }),
    },
    run: (trial) => runCase(trial, kind, each),
  });
}

async function runCase(trial: Trial, kind: SshServerKind, each: SshCase): Promise<void> {
  const missing = [...kind.missing, ...each.programs.filter((program) => !isInstalled(program))];
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => PACKAGES[program] ?? program))];
    trial.skip(`${missing.join(', ')} not installed: apt-get install ${packages.join(' ')}`, 'not-installed');
  }
  const folder = await mkdtemp(join(tmpdir(), 'tunnel-testbed-ssh-'));
  try {
    await using server = await kind.start(folder);
    const path = await openPath({
      server,
      version: trial.version,
      ...sidesOf(trial),
      stateDir: dirname(trial.request.caPath),
      caDir: trial.request.caDir,
      listen: { host: '127.0.0.1', port: await freePort() },
    }).catch((error: Error) => {
      trial.client.throwIfCrashed();
      throw new Finding('H1', 'ssh-not-served', error.message.split('\n')[0]);
    });
    await using _ = path;
    const reason = each.skip?.(path);
    if (reason !== undefined) trial.skip(reason);
    await each.run(path, folder).catch((error: Error) => {
      trial.client.throwIfCrashed();
      const what = error instanceof AssertionError ? error.message.replace(/\s+/g, ' ') : String(error);
      const seen = ownSymptom(`ssh-fails:${each.id}`, `SSH through the client fails: ${each.title}`);
      throw new Finding(trial.carries, seen, what.slice(0, 400));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The client under test on its side, and our own proxy on the other. */
function sidesOf(trial: Trial): { source: ClientAdapter; destination: ClientAdapter } {
  const { request, declares, role } = trial;
  const other = new OwnProxies();
  const judged: ClientAdapter = {
    name: 'the client under test',
    declares,
    roles: [role],
    takesClientToken: request.clientToken !== undefined,
    isProcess: false,
    scheme: request.scheme,
    host: request.service.host,
    start: async (wanted) => {
      await trial.client.starts(wanted);
      return trial.client.running!;
    },
  };
  return role === 'source' ? { source: judged, destination: other } : { source: other, destination: judged };
}
