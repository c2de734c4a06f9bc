/** CPU time that this process has spent, user and system, in nanoseconds. */
export function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** CPU nanoseconds a turn of `work`, after a warm-up of a fifth as many turns. */
export function cpuNsPerTurn(turns: number, work: () => void): number {
  for (let i = 0; i < turns / 5; i++) work();
  const before = cpuNs();
  for (let i = 0; i < turns; i++) work();
  return (cpuNs() - before) / turns;
}
