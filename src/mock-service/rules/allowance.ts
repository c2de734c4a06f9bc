/** So many of something that several share. */
export class Allowance {
  #left: number;

  constructor(total: number) {
    this.#left = total;
  }

  /** Whether there was as much. */
  take(count: number): boolean {
    if (count > this.#left) return false;
    this.#left -= count;
    return true;
  }

  giveBack(count: number): void {
    this.#left += count;
  }
}
