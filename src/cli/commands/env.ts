import { Command, Option } from 'commander';
import { addLocationOptions, type LocationFlags, locate } from '../environment/location.js';
import { linesFor, SHELLS, type Shell, serviceVariables } from '../environment/variables.js';

const EXAMPLES = `
Examples:
  eval "$(tunnel-testbed env)"                            bash, zsh
  tunnel-testbed env --shell fish | source
  tunnel-testbed env --shell powershell | Out-String | Invoke-Expression
  aws iotsecuretunneling list-tunnels                     then reaches the service

HTTPS_PROXY sends every HTTPS request of that shell to the service. The service refuses all hosts except AWS's tunneling,
IoT and STS hosts. For a single command, use tunnel-testbed exec.`;

/** Prints environment variables that lead unmodified programs to the service, as lines for a shell. */
export function envCommand(): Command {
  return addLocationOptions(new Command('env'))
    .description('print environment variables that lead AWS programs and local proxies to the service')
    .addOption(new Option('--shell <shell>', 'the shell whose syntax to use').choices(SHELLS).default('bash'))
    .option('--json', 'print one JSON object')
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
