import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  FAULT_CASES,
  isInstalled,
  OPENSSH_CASES,
  openPath,
  SERVERS,
  SSH2_CASES,
  type SshCase,
  type SshPath,
  type SshServer,
} from '../../scenarios/ssh/index.js';
import type { MessageFormat } from '../../src/protocol/index.js';
import { freePort } from '../../src/scenario-runner/trial/free-port.js';
import { MutantAdapter } from '../mutants/adapter.js';
import { CONTROL } from '../mutants/judge-mutants.js';

const CASE_MS = 120_000;
/** One connection at a time (V1, V2) does for these. */
const SINGLE = new Set(['exec', 'rekeying', 'scp-and-sftp']);

const SUITES: readonly { name: string; cases: readonly SshCase[]; versions: readonly MessageFormat[] }[] = [
  { name: 'OpenSSH', cases: OPENSSH_CASES, versions: ['V3', 'V2', 'V1'] },
  { name: 'ssh2', cases: SSH2_CASES, versions: ['V3'] },
  { name: 'OpenSSH while something goes wrong', cases: FAULT_CASES, versions: ['V3'] },
];

/** What a server as started here does not offer: no test of ours then, rather than a skipped one. */
const NOT_OFFERED: Readonly<Record<string, ReadonlySet<string>>> = {
  'OpenSSH sshd': new Set(['password']),
  ssh2: new Set(['agent-forwarding']),
};

for (const kind of SERVERS) {
  describe(`through both proxies to ${kind.name}`, () => {
    let folder: string;
    let server: SshServer | undefined;
    const absent = kind.missing.join(', ');
    const why = absent === '' ? '' : ` [skipped: ${absent} not installed: apt-get install openssh-server]`;
    if (why !== '') loudly(`${kind.name}${why}`);

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'testbed-ssh-'));
      if (why === '') server = await kind.start(folder);
    });
    afterAll(async () => {
      await server?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const { name, cases, versions } of SUITES) {
      describe.each(versions)(`${name}, %s${why}`, (version) => {
        let path: SshPath | undefined;
        const chosen = cases.filter(
          ({ id }) => (version === 'V3' || SINGLE.has(id)) && !NOT_OFFERED[kind.name]?.has(id),
        );

        beforeAll(async () => {
          if (server === undefined) return;
          const client = new MutantAdapter(CONTROL, version);
          const listen = { host: '127.0.0.1', port: await freePort() };
          const stateDir = join(folder, 'state');
          path = await openPath({ source: client, destination: client, version, server, stateDir, listen });
        });
        afterAll(() => path?.[Symbol.asyncDispose]());

        for (const { id, title, programs, skip, run } of chosen) {
          const missing = programs.filter((program) => !isInstalled(program));
          if (missing.length > 0) loudly(`${name}: ${title}: ${missing.join(', ')} not installed`);
          test.skipIf(why !== '' || missing.length > 0)(`${id}: ${title}`, { timeout: CASE_MS }, async () => {
            const reason = skip?.(path!);
            if (reason !== undefined) throw new Error(`${id} is not for this path: ${reason}`);
            const own = mkdtempSync(join(folder, 'case-'));
            await run(path!, own);
          });
        }
      });
    }
  });
}

/** In CI nothing may be skipped. */
function loudly(what: string): void {
  if (process.env.CI === 'true') throw new Error(`${what}. In CI nothing is skipped.`);
  process.stderr.write(`\n*** SKIPPED: ${what} ***\n\n`);
}
