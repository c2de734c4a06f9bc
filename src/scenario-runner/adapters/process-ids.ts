import { readdirSync } from 'node:fs';

/** Every process of the system, including this one. Empty if the system does not list them (Linux does). */
export function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return []; // no /proc here
  }
}
