import { expect, it } from 'vitest';
import { Crash, Finding, Skip, symptom } from '../../src/scenario-runner/index.js';
import { RecentTriggers } from '../../src/scenario-runner/trial/recent-triggers.js';
import { endedBy } from '../../src/scenario-runner/verdicts/symptoms.js';

it('what is seen without a trigger followed from what was done last', () => {
  const recent = new RecentTriggers();
  recent.happened('STREAM_RESET');
  recent.happened('local-close');
  recent.happened(undefined);
  const told = recent.explains(new Finding('S3', 'carries-nothing', '5 bytes', 'SHOULD')) as Finding;
  expect(told).toMatchObject({ rule: 'S3', detail: '5 bytes', force: 'SHOULD' });
  expect(told.symptom).toMatchObject({ code: 'carries-nothing', trigger: 'local-close' });
  expect(told.amid).toEqual(['STREAM_RESET', 'local-close']);
  expect(recent.explains(new Crash(endedBy('SIGSEGV')))).toMatchObject({
    symptom: { trigger: 'local-close' },
  });
});

it('a trigger that the scenario gave stays', () => {
  const recent = new RecentTriggers();
  recent.happened('local-close');
  const told = recent.explains(new Finding('S3', symptom('carries-nothing', { after: 'SESSION_RESET' })));
  expect(told).toMatchObject({ symptom: { trigger: 'SESSION_RESET' }, amid: ['local-close'] });
});

it('nothing follows from what the client has come through', () => {
  const recent = new RecentTriggers();
  recent.happened('local-close');
  recent.clear();
  const seen = new Finding('S3', 'carries-nothing');
  expect(recent.explains(seen)).toBe(seen);
});

it('what is no finding is left alone', () => {
  const recent = new RecentTriggers();
  recent.happened('local-close');
  const skip = new Skip('no');
  expect(recent.explains(skip)).toBe(skip);
});

it('only the newest are kept', () => {
  const recent = new RecentTriggers();
  for (let i = 0; i < 1000; i++) recent.happened({ code: `${i}`, text: '' });
  expect(recent.codes.length).toBeLessThan(100);
  expect(recent.last?.code).toBe('999');
});
