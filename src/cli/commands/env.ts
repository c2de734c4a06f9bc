import { Command, Option } from 'commander';
import { addLocationOptions, type LocationFlags, locate } from '../environment/location.js';
import { linesFor, SHELLS, type Shell, serviceVariables } from '../environment/variables.js';

const EXAMPLES = `
Examples:
  eval "$(tunnel-testbed env)"                            bash, zsh
  tunnel-testbed env --shell fish | source
  tunnel-testbed env --shell powershell | Out-String | Invoke-Expression
  aws iotsecuretunneling list-tunnels                     now reaches the service

HTTPS_PROXY sends every HTTPS request of that shell to the service, which refuses all hosts but AWS's tunneling, IoT and
STS ones. For a single command use tunnel-testbed exec.`;

/** The environment that leads unmodified programs to the service, as lines to paste. */
export function envCommand(): Command {
  return addLocationOptions(new Command('env'))
    .description('print the environment that leads AWS programs and local proxies to the service')
    .addOption(new Option('--shell <shell>', 'whose syntax').choices(SHELLS).default('bash'))
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: LocationFlags & { shell: Shell; json?: boolean }) => {
      const variables = serviceVariables(locate(flags));
      const text =
        flags.json === true
          ? JSON.stringify(Object.fromEntries(variables))
          : linesFor(flags.shell, variables);
      process.stdout.write(`${text}\n`);
    });
}
