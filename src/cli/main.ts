#!/usr/bin/env node
import { endRepeatedLines, lastLines } from './output/index.js';
import { run } from './run.js';

const status = await run(process.argv.slice(2));
endRepeatedLines();
await lastLines();
// Not left to the event loop: whatever a command that failed has left open must not keep the program.
process.exit(status);
