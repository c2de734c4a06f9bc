export { type DestinationActions, DestinationTable } from './destination-table.js';
export { newStreamId } from './new-stream-id.js';
export { SourceTable } from './source-table.js';
export type { StreamTable } from './stream-table.js';
export type { Connection, Stream, TableActions } from './types.js';
