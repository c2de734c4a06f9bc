import { describe, expect, it } from 'vitest';
import { Finding, ownSymptom, SYMPTOMS, symptom, TRIGGERS } from '../../../src/scenario-runner/index.js';
import { endedInstead } from '../../../src/scenario-runner/verdicts/symptoms.js';
import { defectOf, identityOf } from '../../../src/scenario-runner/verdicts/verdict.js';

describe('the catalogue of symptoms', () => {
  it('says the same thing once', () => {
    const texts = Object.values(SYMPTOMS);
    expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([]);
    expect(new Set(Object.values(TRIGGERS)).size).toBe(Object.keys(TRIGGERS).length);
  });

  it('holds codes that a program can split at spaces', () => {
    for (const code of Object.keys(SYMPTOMS)) expect(code).toMatch(/^[a-z0-9.-]+(:[A-Za-z_]+)?$/);
  });
});

describe('a defect', () => {
  it('is told from another by rule, symptom and trigger, whatever the values', () => {
    const one = defectOf(
      'fail',
      'S8',
      symptom('left-connection-open', { after: 'STREAM_RESET' }),
      'stream 5',
    );
    const same = defectOf(
      'fail',
      'S8',
      symptom('left-connection-open', { after: 'STREAM_RESET' }),
      'stream 6',
    );
    const other = defectOf(
      'fail',
      'S8',
      symptom('left-connection-open', { after: 'SESSION_RESET' }),
      'stream 5',
    );
    expect(identityOf(one)).toBe('S8 left-connection-open STREAM_RESET');
    expect(identityOf(same)).toBe(identityOf(one));
    expect(identityOf(other)).not.toBe(identityOf(one));
    expect(other.symptom).toBe('it left the local connection open after SESSION_RESET');
  });

  it('may have a symptom of its own', () => {
    const { symptom: seen, message } = new Finding('S3', ownSymptom('smells', 'it smells'), 'of fish');
    expect(seen).toEqual({ code: 'smells', text: 'it smells' });
    expect(message).toBe('it smells (of fish)');
  });

  it('of a client that ended says so, and keeps its trigger', () => {
    expect(endedInstead(symptom('did-not-dial', { after: 'STREAM_RESET' }))).toMatchObject({
      code: 'did-not-dial:ended',
      text: 'it did not dial the service after STREAM_RESET: it ended instead',
      trigger: 'STREAM_RESET',
    });
  });
});
