/**
 * Finds the item that makes a batch fail, by halves; each half runs on its own, in its order. Undefined where no half
 * fails any more: then only the whole did.
 * @param fails whether a part of the batch fails when run afresh
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
