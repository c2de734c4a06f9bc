export {
  type Address,
  type ClientAdapter,
  type Declarations,
  type Exit,
  LEAST_CLAIMED,
  type RunningClient,
  type Standing,
  type StartRequest,
} from './adapter.js';
export { AttachedAdapter, type AttachedOptions } from './attached.js';
export { CommandAdapter } from './command.js';
export {
  type ClientDefinition,
  clientDefinition,
  clientDefinitionSchema,
  DefinitionError,
  splitCommand,
} from './definition.js';
export { endLeftovers } from './leftovers.js';
export { OwnProxies } from './own-proxies.js';
export { fill } from './placeholders.js';
export { processIds } from './process-ids.js';
export { readClientDefinition } from './read-definition.js';
