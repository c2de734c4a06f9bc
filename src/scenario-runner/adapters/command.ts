import type { Side } from '../../protocol/index.js';
import type { Address, ClientAdapter, RunningClient, StartRequest } from './adapter.js';
import { type ClientDefinition, splitCommand } from './definition.js';
import { fill, placeholders } from './placeholders.js';
import { startProcess } from './process.js';

/** A client that is a program, described by a client file. */
export class CommandAdapter implements ClientAdapter {
  readonly name: string;
  readonly declares: ClientAdapter['declares'];
  readonly roles: readonly Side[];
  readonly takesClientToken: boolean;
  readonly scheme: 'ws' | 'wss';
  readonly isProcess = true;
  readonly host: string;
  readonly #definition: ClientDefinition;
  #ignoresSigterm = false;

  constructor(definition: ClientDefinition) {
    this.#definition = definition;
    this.name = definition.name;
    this.declares = definition.declares;
    this.roles = (['source', 'destination'] as const).filter((role) => definition[role] !== undefined);
    this.takesClientToken = JSON.stringify(definition).includes('{clientToken}');
    this.scheme = definition.transport === 'tls' ? 'wss' : 'ws';
    this.host = definition.host;
  }

  commandLine(request: StartRequest): string {
    const hidden = { ...request, accessToken: '$TOKEN', clientToken: '$CLIENT_TOKEN' };
    return this.#command(hidden).map(quote).join(' ');
  }

  configuredBy(role: Side): 'bare port' | 'names' | 'either' {
    const { environment, versionArguments } = this.#definition;
    const told = JSON.stringify([this.#definition[role]?.command, environment, versionArguments]);
    if (/\{services?\}/.test(told)) return 'names';
    return told.includes('{mappings}') ? 'either' : 'bare port';
  }

  async start(request: StartRequest): Promise<RunningClient> {
    const { environment, workingDirectory, ready, stopMs } = this.#definition;
    const values = placeholders(this.#definition.mapping, request);
    const filled = Object.entries(environment).map(([name, value]) => [name, fill(value, values)]);
    const running = startProcess({
      command: this.#command(request),
      environment: Object.fromEntries(filled) as Record<string, string>,
      ...(workingDirectory !== undefined && { workingDirectory }),
      ...(ready !== undefined && { ready: new RegExp(ready.output) }),
    });
    const { listening } = this.#definition[request.role] ?? {};
    return {
      ...running,
      ...(listening !== undefined && {
        listens: () => findPort(running.output(), new RegExp(listening, 'g')),
      }),
      stop: async (atLeastMs) => {
        // Only whoever asks for a time judges by it. Else a client that has ignored SIGTERM once is not waited for again.
        const usual = this.#ignoresSigterm ? 1 : stopMs;
        const exit = await running.stop(atLeastMs === undefined ? usual : Math.max(stopMs, atLeastMs));
        if (exit.killed === true) this.#ignoresSigterm = true;
        return exit;
      },
    };
  }

  #command(request: StartRequest): string[] {
    const values = placeholders(this.#definition.mapping, request);
    const { command } = this.#definition[request.role]!;
    const words = typeof command === 'string' ? splitCommand(command) : command;
    const added = this.#definition.versionArguments[request.version] ?? [];
    return [...words, ...added].map((word) => fill(word, values));
  }
}

/** The port that the client printed last. */
function findPort(output: string, pattern: RegExp): Address | undefined {
  const port = [...output.matchAll(pattern)].at(-1)?.[1];
  return port === undefined ? undefined : { host: '127.0.0.1', port: Number(port) };
}

function quote(word: string): string {
  return /^[\w@%+=:,./$-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
