import { describe, expect, it } from 'vitest';
import { distinctDefects, type ScenarioResult, scenario } from '../../src/scenario-runner/index.js';

const any = scenario({
  id: 'any/one',
  title: 'Any',
  rules: ['S3'],
  role: 'source',
  why: '',
  run: async () => {},
});
const wire = {
  verdict: 'fail',
  rule: 'M7',
  code: 'service-dropped-later',
  symptom: 'sent no service id',
  detail: '',
  onWire: true,
} as const;
const deaf = {
  verdict: 'fail',
  rule: 'S3',
  code: 'carries-nothing',
  symptom: 'carries nothing',
  detail: '',
} as const;
const late = {
  verdict: 'fail',
  rule: 'S8',
  code: 'end-not-reported',
  symptom: 'reports no end',
  detail: '',
} as const;

function result(key: string, ...defects: ScenarioResult['defects']): ScenarioResult {
  const nothing = { transcript: [], output: '', exit: '', command: '', durationMs: 0 };
  return { key, scenario: any, role: 'source', version: 'V3', verdict: 'fail', defects, ...nothing };
}

describe('distinct defects', () => {
  it('come after what was sent wrongly in each run that shows them', () => {
    const found = distinctDefects([
      result('a', deaf, wire),
      result('b', deaf, wire),
      result('c', deaf, late, wire),
      result('d', late),
    ]);
    expect(found.map(({ rule, mayFollowFrom }) => [rule, mayFollowFrom])).toEqual([
      ['M7', undefined],
      ['S8', undefined],
      ['S3', 'M7: sent no service id'],
    ]);
  });

  it('leave out what passed when it was run alone', () => {
    expect(distinctDefects([{ ...result('a', deaf), verdict: 'flaky' }])).toEqual([]);
  });
});
