import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MessageFormat } from '../../src/protocol/index.js';
import {
  type ClientDefinition,
  readClientDefinition,
  type SuiteResult,
} from '../../src/scenario-runner/index.js';
import { findProgram } from './real-program.js';

/** Where the clients live: a folder each, with a client file of the same name. */
export const CLIENTS_FOLDER = fileURLToPath(new URL('../clients-in-other-languages/', import.meta.url));

/** A tunnel client that was written from the rules, on nothing of this package. */
export interface OtherClient {
  readonly name: string;
  /** The Debian package of each program it takes. */
  readonly programs: Readonly<Record<string, string>>;
  /** Commands that must succeed where all is installed, and the package that is missing where one does not. */
  readonly probes?: readonly { readonly command: readonly string[]; readonly install: string }[];
  /** Each start takes so much of a processor that CI judges one version only, drawn by the seed. */
  readonly isSlowToStart?: true;
  /** Compiles it, in its folder. */
  readonly build?: readonly string[];
}

const python = { python3: 'python3' };
const pythonModule = (name: string, install: string) => ({
  command: ['/usr/bin/python3', '-c', `import ${name}`],
  install,
});

export const OTHER_CLIENTS: readonly OtherClient[] = [
  {
    name: 'python-websockets',
    programs: python,
    probes: [pythonModule('websockets', 'python3-websockets')],
  },
  {
    name: 'python-websocket-client',
    programs: python,
    probes: [
      pythonModule('websocket', 'python3-websocket'),
      pythonModule('google.protobuf', 'python3-protobuf'),
    ],
  },
  { name: 'python-standard-library', programs: python },
  { name: 'go', programs: { go: 'golang-go' }, build: ['go', 'build', '-o', 'build/client', '.'] },
  {
    name: 'cpp-beast',
    programs: { 'g++': 'g++' },
    probes: [
      { command: ['test', '-e', '/usr/include/boost/beast.hpp'], install: 'libboost-dev' },
      { command: ['test', '-e', '/usr/include/openssl/ssl.h'], install: 'libssl-dev' },
    ],
    build: ['sh', 'build.sh'],
  },
  { name: 'node-undici', programs: {}, isSlowToStart: true },
  {
    name: 'java-http',
    isSlowToStart: true,
    programs: { java: 'default-jdk-headless', javac: 'default-jdk-headless' },
    build: ['sh', 'build.sh'],
  },
];

/** The Debian packages that a client takes and that are not installed here. */
export function missingFor({ programs, probes = [] }: OtherClient): string[] {
  const missing = Object.entries(programs)
    .filter(([name]) => findProgram(name) === undefined)
    .map(([, install]) => install);
  if (missing.length > 0) return missing;
  return probes
    .filter(({ command: [program, ...args] }) => spawnSync(program!, args).status !== 0)
    .map(({ install }) => install);
}

/** Compiles a client where that is needed. @throws {Error} with the compiler's output. */
export function build({ name, build: command }: OtherClient): void {
  if (command === undefined) return;
  const [program, ...args] = command;
  // Offline: a client takes nothing but its language and Debian.
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off' };
  const options = { cwd: join(CLIENTS_FOLDER, name), env, stdio: 'pipe' } as const;
  execFileSync(findProgram(program!) ?? program!, args, options);
}

/** The client file, with the transport asked for, and with one version only where that is asked for. */
export async function definitionOf(
  { name }: OtherClient,
  transport: ClientDefinition['transport'],
  version?: MessageFormat,
): Promise<ClientDefinition> {
  const definition = await readClientDefinition(join(CLIENTS_FOLDER, name, `${name}.yaml`));
  const versions = version === undefined ? definition.declares.versions : [version];
  return { ...definition, transport, declares: { ...definition.declares, versions } };
}

/** What a user would read as a fault of his client, in words. */
export function blamed({ results }: SuiteResult): string[] {
  return results
    .filter(({ verdict }) => !['pass', 'skipped', 'flaky', 'info'].includes(verdict))
    .map(({ key, verdict, reason, defects }) => {
      const said = defects.map(({ rule, symptom, detail }) => `${rule} ${symptom} (${detail})`).join('; ');
      return `${verdict} ${key}: ${said || reason}`;
    });
}
