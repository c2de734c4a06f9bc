/** CPU time that this process has spent, user and system, in nanoseconds. */
export function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** CPU time of one call of `work`, in nanoseconds. Before measuring, it warms up with a fifth as many calls. */
export function cpuNsPerTurn(turns: number, work: () => void): number {
  for (let i = 0; i < turns / 5; i++) work();
  const before = cpuNs();
  for (let i = 0; i < turns; i++) work();
  return (cpuNs() - before) / turns;
}
