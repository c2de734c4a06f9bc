/**
 * Finds the item that makes a batch fail. It runs each half of the batch alone, in order, and continues with the half
 * that fails. Undefined if no half fails: then only the whole batch did.
 * @param fails whether a part of the batch fails when it runs with a fresh client
 */
export async function bisect<T>(
  batch: readonly T[],
  fails: (part: readonly T[]) => Promise<boolean>,
): Promise<T | undefined> {
  if (batch.length <= 1) return batch[0] !== undefined && (await fails(batch)) ? batch[0] : undefined;
  let part = batch;
  while (part.length > 1) {
    const half = Math.ceil(part.length / 2);
    const [first, second] = [part.slice(0, half), part.slice(half)];
    if (await fails(first)) part = first;
    else if (await fails(second)) part = second;
    else return undefined;
  }
  return part[0];
}
