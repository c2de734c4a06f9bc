#!/usr/bin/env node
import { endRepeatedLines, lastLines } from './output/index.js';
import { run } from './run.js';

const status = await run(process.argv.slice(2));
endRepeatedLines();
await lastLines();
// The program exits explicitly, because a failed command may have left something open that keeps the event loop alive.
process.exit(status);
