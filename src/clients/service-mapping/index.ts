export { checkServiceIds, tooManyServices } from './check-ids.js';
export { parseServiceMapping, type ServiceMappingInput } from './parse.js';
export { type PlannedService, planServices, planWithoutIds, waitsForIds } from './plan.js';
export { type LocalAddress, labelOf, type ServiceMapping, serviceLabel } from './types.js';
