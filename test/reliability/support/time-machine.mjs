/*
 * Loaded before a program: SIGUSR2 sets the date 13 hours forward, SIGWINCH an hour back, and SIGXFSZ lets the machine have
 * been suspended for 13 hours. It stands in for `date --set` and a laptop's lid, which no test may touch.
 */
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

const HOUR_MS = 3_600_000;
const { now } = Date;
const { uptime } = os;
let date = 0;
let suspended = 0;

Date.now = () => now() + date;
os.uptime = () => uptime() + suspended / 1000;
syncBuiltinESMExports();

const on = (signal, change) =>
  process.on(signal, () => {
    change();
    process.stderr.write(`time changed by ${signal}\n`);
  });
on('SIGUSR2', () => (date += 13 * HOUR_MS));
on('SIGWINCH', () => (date -= HOUR_MS));
on('SIGXFSZ', () => {
  date += 13 * HOUR_MS;
  suspended += 13 * HOUR_MS;
});
