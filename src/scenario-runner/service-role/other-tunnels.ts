import { execFile } from 'node:child_process';
import { z } from 'zod';
import { fill, splitCommand } from '../adapters/index.js';
import { Skip } from '../verdicts/index.js';
import { type OpenTunnel, OpenTunnelError, tokensIn } from './open-tunnel.js';

const COMMAND_MS = 30_000;
/** The services of a given tunnel, if the file does not name them. */
const USUAL_SERVICES = ['SSH'];

/**
 * Opens tunnels with a command that prints `{"sourceAccessToken": …, "destinationAccessToken": …}`. `{services}` stands
 * for all services, separated by commas; `{service}` for the first one.
 */
export function openTunnelByCommand(command: string): OpenTunnel {
  const words = splitCommand(command);
  return async (services) => {
    const values = new Map([
      ['services', services.join(',')],
      ['service', services[0] ?? ''],
    ]);
    const [program, ...args] = words.map((word) => fill(word, values));
    const text = await new Promise<string>((resolve, reject) => {
      execFile(program!, args, { timeout: COMMAND_MS }, (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        const why = stderr.trim().split('\n').at(-1) || error.message;
        reject(new OpenTunnelError(`'${command}' opened no tunnel: ${why}`));
      });
    });
    return tokensIn(text, `'${command}'`);
  };
}

const given = z
  .array(
    z.object({
      sourceAccessToken: z.string().min(1),
      destinationAccessToken: z.string().min(1),
      services: z.array(z.string()).default(USUAL_SERVICES),
    }),
  )
  .min(1);

/**
 * Uses tunnels that are already open, each once: `[{ sourceAccessToken, destinationAccessToken, services? }]`. If no
 * tunnel is left for a scenario, it is skipped.
 * @throws {OpenTunnelError} if the text does not have that form.
 */
export function openTunnelFromList(text: string): OpenTunnel {
  let left: z.infer<typeof given>;
  try {
    left = given.parse(JSON.parse(text));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new OpenTunnelError(`The tunnels must be a JSON list of access tokens: ${what}`);
  }
  return async (services) => {
    const key = [...services].sort().join();
    const at = left.findIndex((tunnel) => [...tunnel.services].sort().join() === key);
    if (at < 0)
      throw new Skip(`no given tunnel with the services [${services.join(', ')}] is left`, 'no-tunnel-left');
    const [{ sourceAccessToken, destinationAccessToken }] = left.splice(at, 1) as [(typeof left)[number]];
    return { source: sourceAccessToken, destination: destinationAccessToken };
  };
}
