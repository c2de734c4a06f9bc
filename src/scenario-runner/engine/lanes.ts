/** Does something with each item, in order, with `lanes` items at the same time. */
export async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  run: (item: T) => Promise<void> | void,
): Promise<void> {
  const pending = [...items];
  const lane = async (): Promise<void> => {
    for (let item = pending.shift(); item !== undefined; item = pending.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, lanes) }, lane));
}
