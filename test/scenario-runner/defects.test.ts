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

  it('alike in rule and symptom are one after three triggers, and two after two', () => {
    const followed = (trigger: string) => ({ ...deaf, trigger, symptom: `carries nothing after ${trigger}` });
    const two = distinctDefects([result('a', followed('x')), result('b', followed('y'))]);
    expect(two.map(({ trigger }) => trigger)).toEqual(['x', 'y']);
    const three = distinctDefects(['x', 'y', 'z'].map((trigger) => result(trigger, followed(trigger))));
    expect(three).toMatchObject([{ code: 'carries-nothing', triggers: ['x', 'y', 'z'] }]);
    expect(three[0]!.symptom).toBe('carries nothing after x, y and z');
  });

  it('alike but for their verdict are one, as grave as the gravest', () => {
    const found = distinctDefects([result('a', { ...deaf, verdict: 'warn' }), result('b', deaf)]);
    expect(found).toMatchObject([{ verdict: 'fail', seenIn: [{ key: 'a' }, { key: 'b' }] }]);
  });

  it('come after a defect whose trigger was among what had been done in each of their runs', () => {
    const root = { ...late, trigger: 'STREAM_RESET' };
    const amid = ['STREAM_RESET', 'local-close'];
    const found = distinctDefects([
      result('a', root),
      result('b', root),
      result('c', { ...deaf, trigger: 'local-close', amid }),
    ]);
    expect(found.map(({ rule, mayFollowFrom }) => [rule, mayFollowFrom])).toEqual([
      ['S8', undefined],
      ['S3', 'S8: reports no end'],
    ]);
  });

  it('stand alone where one of their runs was without that trigger', () => {
    const root = { ...late, trigger: 'STREAM_RESET' };
    const found = distinctDefects([
      result('a', root),
      result('b', root),
      result('c', { ...deaf, amid: ['STREAM_RESET'] }),
      result('d', deaf),
    ]);
    expect(found.filter(({ mayFollowFrom }) => mayFollowFrom !== undefined)).toEqual([]);
  });

  it('leave out what passed when it was run alone', () => {
    expect(distinctDefects([{ ...result('a', deaf), verdict: 'flaky' }])).toEqual([]);
  });
});
