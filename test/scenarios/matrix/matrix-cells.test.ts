import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../../scenarios/matrix/support/cells.js';
import { errorCellsOf, STATES } from '../../../scenarios/matrix/support/error-cells.js';
import { errorsOf } from '../../../scenarios/matrix/support/errors.js';
import { ARRIVALS } from '../../../src/scenario-runner/wire/arrival.js';

const VERSIONS = ['V1', 'V2', 'V3'] as const;
const ROLES = ['source', 'destination'] as const;

/** Every two values that occur together in some cell of the full matrix, for the given dimensions. */
function pairs<C>(cells: readonly C[], ...dimensions: ((cell: C) => string)[]): Set<string> {
  const found = new Set<string>();
  for (const cell of cells) {
    for (const [i, a] of dimensions.entries()) {
      for (const [j, b] of dimensions.entries()) if (i < j) found.add(`${a(cell)} × ${b(cell)}`);
    }
  }
  return found;
}

describe.each(VERSIONS)('the quick matrix of %s has every pair that the full one has', (version) => {
  it.each([true, false])('of message, arrival and variation, with a live stream: %s', (live) => {
    const quick = cellsOf({ version, live, full: false });
    const full = cellsOf({ version, live, full: true });
    const of = (cells: ReturnType<typeof cellsOf>): Set<string> =>
      pairs(
        cells,
        (cell) => cell.message,
        (cell) => cell.arrival,
        (cell) => cell.variation,
      );
    expect(of(quick)).toEqual(of(full));
    expect(full.length).toBeGreaterThan(2 * quick.length);
  });

  it.each(ROLES)('of rule, state and arrival, and of message and state, for a %s', (role) => {
    const cells = (full: boolean) => errorCellsOf({ role, version, reconnects: true, full });
    const [quick, full] = [cells(false), cells(true)];
    for (const subject of ['rule', 'message'] as const) {
      const of = (some: typeof quick): Set<string> =>
        new Set([
          ...pairs(
            some,
            (cell) => cell[subject],
            (cell) => cell.state,
          ),
          ...pairs(
            some,
            (cell) => (subject === 'rule' ? cell.rule : cell.state),
            (cell) => cell.arrival,
          ),
        ]);
      expect(of(quick)).toEqual(of(full));
    }
    expect(full.length).toBeGreaterThan(3 * quick.length);
  });
});

it('every message that may be an error comes in every state that the version has', () => {
  for (const role of ROLES) {
    for (const version of VERSIONS) {
      const states = STATES.filter((state) => version !== 'V1' || state !== 'before-ids');
      const cells = errorCellsOf({ role, version, reconnects: true, full: false });
      for (const { name } of errorsOf(role, version)) {
        const met = cells.filter((cell) => cell.message === name).map(({ state }) => state);
        expect([...new Set(met)].sort(), `${name}, ${role} ${version}`).toEqual([...states].sort());
      }
      expect(new Set(cells.map(({ arrival }) => arrival))).toEqual(new Set(ARRIVALS));
    }
  }
});
