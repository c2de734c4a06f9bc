import { arch, cpus, platform, release, totalmem } from 'node:os';

/** The machine of the measurement. Absolute figures mean nothing without it. */
export function describeMachine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
  };
}
