import { startMockService } from '../../mock-service/index.js';
import { Output } from '../output/index.js';
import { stopOnSignal } from '../stop-signal.js';
import { loadConfig } from './config.js';
import { nextCommands } from './next-commands.js';
import { readyInfo, writeReadyFile } from './ready-file.js';
import { createServiceLogger } from './service-logger.js';

/** The flags from commander. They also include the flags of the option table. */
export interface ServeFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** Runs the service until a signal stops it. */
export async function serve(flags: ServeFlags): Promise<void> {
  const { open, tunnels, readyFile, logLevel, ...options } = loadConfig(flags.config, { ...flags });
  const output = new Output(flags.json ?? false, 'live');
  using stopping = stopOnSignal();
  await using service = await startMockService({
    ...options,
    logger: createServiceLogger(logLevel),
  });
  if (output.isJson) service.on('*', (event) => output.tell(event));
  const inputs = [...(open === undefined ? [] : [{ services: open }]), ...tunnels];
  const info = readyInfo(
    service,
    inputs.map((input) => service.openTunnel(input)),
  );
  const remove = readyFile === undefined ? undefined : await writeReadyFile(readyFile, info);
  try {
    output.tell({ event: 'ready', ...info });
    // With --json, the ready line has all this data. stderr is often collected in logs, so it must hold no token.
    if (!output.isJson) output.say(nextCommands(info, service.endpointElsewhere));
    await stopping.stopped;
  } finally {
    await remove?.();
  }
}
