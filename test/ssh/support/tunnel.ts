import { type RunningProgram, startCli } from '../../cli/support/run-cli.js';

export interface TunnelOptions {
  readonly stateDir: string;
  /** What the destination dials, by service. */
  readonly targets: Readonly<Record<string, number>>;
  readonly sourceFormat?: string;
  readonly destinationFormat?: string;
  /** Only the destination joins; the source's place is kept for `connect`. */
  readonly withoutSource?: boolean;
}

/** Service, destination proxy and source proxy, each a process of its own. */
export interface RunningTunnel extends AsyncDisposable {
  readonly service: RunningProgram;
  readonly endpoint: string;
  readonly caPath: string;
  readonly sourceAccessToken: string;
  /** Where the source listens. */
  readonly ports: Readonly<Record<string, number>>;
}

interface ReadyEvent {
  readonly endpoint: string;
  readonly caPath: string;
  readonly tunnels: readonly {
    readonly sourceAccessToken: string;
    readonly destinationAccessToken: string;
  }[];
}

export async function startTunnel(options: TunnelOptions): Promise<RunningTunnel> {
  const names = Object.keys(options.targets);
  const programs: RunningProgram[] = [];
  const dispose = async (): Promise<void> => {
    for (const program of programs.reverse()) await program[Symbol.asyncDispose]();
  };
  const start = (args: readonly string[], token: string | undefined): RunningProgram => {
    const program = startCli(args, { env: { AWSIOT_TUNNEL_ACCESS_TOKEN: token } });
    programs.push(program);
    return program;
  };
  try {
    const { stateDir } = options;
    const open = ['--port', '0', '--open', names.join(','), '--state-dir', stateDir, '--json'];
    const service = start(['serve', ...open], undefined);
    const { endpoint, caPath, tunnels } = (await service.event('ready')) as unknown as ReadyEvent;
    const { sourceAccessToken, destinationAccessToken } = tunnels[0]!;
    const connection = ['-e', endpoint, '--ca', caPath, '--json', '-v', '3'];
    const mapping = names.map((name) => `${name}=${options.targets[name]}`).join(',');
    const format = (value: string | undefined): string[] => (value === undefined ? [] : ['-y', value]);
    const destination = start(
      ['destination', ...connection, '-d', mapping, ...format(options.destinationFormat)],
      destinationAccessToken,
    );
    const ports: Record<string, number> = {};
    await destination.event('ready');
    if (!options.withoutSource) {
      const source = start(['source', ...connection, ...format(options.sourceFormat)], sourceAccessToken);
      await source.event('ready');
      for (const line of source.stdout.split('\n').filter((each) => each.includes('"listening"'))) {
        const { service: name, port } = JSON.parse(line) as { service: string; port: number };
        ports[name] = port;
      }
    }
    return { service, endpoint, caPath, sourceAccessToken, ports, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
