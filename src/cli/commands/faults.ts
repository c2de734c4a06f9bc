import { Command, InvalidArgumentError } from 'commander';
import { adminCommand, type CommonFlags, open } from '../admin/command.js';
import { readFields, showFields } from '../admin/fields.js';
import type { Output } from '../output/index.js';

interface FaultView {
  readonly name: string;
  readonly type: string;
  readonly sides: readonly string[];
  readonly tunnelId?: string;
  readonly toxicity: number;
  readonly attributes: Record<string, unknown>;
}

interface AddFlags extends CommonFlags {
  readonly name?: string;
  readonly direction?: string;
  readonly side?: string;
  readonly tunnel?: string;
  readonly toxicity?: number;
  readonly seed?: string;
}

const EXAMPLES = `
Examples:
  tunnel-testbed faults add latency latency=100 jitter=20 --direction to-source
  tunnel-testbed faults add drop_frame 'types=["DATA"]' skip=10 limit=1 --tunnel 4f1c
  tunnel-testbed faults list
  tunnel-testbed faults rm latency_to-source`;

/** Installs, lists and removes faults in a running service. */
export function faultsCommand(): Command {
  return new Command('faults')
    .description('install, list and remove faults in a running service')
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(typesCommand())
    .addCommand(removeCommand())
    .addHelpText('after', EXAMPLES);
}

function addCommand(): Command {
  return adminCommand('add', 'install a fault')
    .argument('<type>', "kind of fault; 'faults types' lists them")
    .argument('[attributes...]', 'attributes, as name=value')
    .option('--name <name>', 'name of the fault (default: type and direction)')
    .option('--direction <direction>', 'to-source or to-destination (default: both)')
    .option('--side <side>', 'source is the same as to-source, destination as to-destination')
    .option('--tunnel <id>', 'only this tunnel; the start of its id is enough')
    .option('--toxicity <p>', 'probability that the fault acts, from 0 to 1', probability)
    .option('--seed <seed>', 'seed of the random numbers')
    .action(async (type: string, attributes: string[], flags: AddFlags) => {
      const { client, output } = open(flags);
      const { tunnel, name, direction, side, toxicity, seed } = flags;
      const tunnelId = tunnel === undefined ? undefined : await client.tunnelId(tunnel);
      const spec = {
        type,
        name,
        direction,
        side,
        tunnelId,
        toxicity,
        seed,
        attributes: readFields(attributes),
      };
      show(output, await client.ask<FaultView>('POST', '/admin/faults', spec));
    });
}

function listCommand(): Command {
  return adminCommand('list', 'list the installed faults').action(async (flags: CommonFlags) => {
    const { client, output } = open(flags);
    const { faults } = await client.ask<{ faults: FaultView[] }>('GET', '/admin/faults');
    if (faults.length === 0) output.say('no faults');
    for (const fault of faults) show(output, fault);
  });
}

function typesCommand(): Command {
  return adminCommand('types', 'list the kinds of fault').action(async (flags: CommonFlags) => {
    const { client, output } = open(flags);
    type Kinds = { types: { type: string; summary: string; attributes: { properties?: object } }[] };
    const { types } = await client.ask<Kinds>('GET', '/admin/fault-types');
    for (const kind of types) {
      output.tell(kind);
      const names = Object.keys(kind.attributes.properties ?? {}).join(', ');
      if (!output.isJson) output.say(`${kind.type.padEnd(18)} ${kind.summary}${names && ` [${names}]`}`);
    }
  });
}

function removeCommand(): Command {
  return adminCommand('rm', 'remove a fault, or all faults')
    .argument('[name]', 'name of the fault')
    .option('--all', 'remove all faults')
    .action(async (name: string | undefined, flags: CommonFlags & { all?: boolean }) => {
      if ((name === undefined) === (flags.all !== true)) {
        throw new InvalidArgumentError('Give the name of a fault, or --all.');
      }
      const { client, output } = open(flags);
      await client.ask('DELETE', `/admin/faults${name === undefined ? '' : `/${encodeURIComponent(name)}`}`);
      output.tell({ removed: name ?? 'all' });
      if (!output.isJson) output.say(`removed ${name ?? 'all faults'}`);
    });
}

function show(output: Output, fault: FaultView): void {
  output.tell(fault);
  if (output.isJson) return;
  const { name, type, sides, tunnelId = 'all tunnels', toxicity, attributes } = fault;
  output.say(
    `${name}  ${type}  to ${sides.join(' and ')}  ${tunnelId}  toxicity ${toxicity}  ${showFields(attributes)}`,
  );
}

function probability(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Give a number from 0 to 1.');
}
