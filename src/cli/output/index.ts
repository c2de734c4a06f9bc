export { createLogger } from './logger.js';
export { Output } from './output.js';
export { endRepeatedLines, RepeatedLines } from './repeated-lines.js';
export { forgetReaders, holdsResults, lastLines, logLines } from './standard-streams.js';
