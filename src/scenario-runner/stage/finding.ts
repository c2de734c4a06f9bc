export * from '../verdicts/finding.js';
