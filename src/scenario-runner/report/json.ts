import { z } from 'zod';
import { type SuiteResult, topicOf } from '../engine/index.js';
import { distinctDefects } from './defects.js';
import { countVerdicts } from './terminal.js';

const verdict = z.enum(['pass', 'info', 'fail', 'warn', 'crash', 'flaky', 'skipped', 'blocked', 'error']);
const broken = z.enum(['fail', 'warn', 'crash', 'info']);
const symptom = {
  code: z.string().describe('Stable code of the symptom.'),
  trigger: z.string().optional().describe('Code of what it followed from, where that tells defects apart.'),
  symptom: z.string().describe('Code and trigger in English.'),
};
const count = z.int().min(0);

/** The JSON report. Fields are added over time, none is renamed. */
export const jsonReportShape = z.object({
  client: z.string().describe('Name of the client, or address of the service.'),
  startedAt: z.iso.datetime(),
  durationMs: count,
  long: z.boolean().describe('Whether it was the long suite.'),
  interrupted: z.boolean().describe('Whether it was ended before all was judged.'),
  counts: z.record(verdict, count),
  defects: z
    .array(
      z.object({
        verdict: broken,
        rule: z.string(),
        ...symptom,
        clause: z.string().describe('Text of the rule.'),
        from: z.array(z.string()).describe('Where the rule comes from.'),
        seenIn: z.array(z.object({ key: z.string(), detail: z.string() })),
        mayFollowFrom: z
          .string()
          .optional()
          .describe(
            'Rule and symptom of what was sent wrongly in each of these runs: most likely the cause.',
          ),
      }),
    )
    .describe(
      'Findings alike in rule, symptom and trigger, causes first, then the gravest and most frequent.',
    ),
  results: z.array(
    z.object({
      key: z.string().describe('<id>@<role>/<version>, for --only; a service of V3 is <id>@service.'),
      id: z.string(),
      topic: z.string(),
      title: z.string(),
      rules: z.array(z.string()),
      role: z.enum(['source', 'destination', 'service']),
      version: z.enum(['V1', 'V2', 'V3']),
      verdict,
      reason: z
        .string()
        .optional()
        .describe('Why it was skipped, is blocked or flaky, or what the harness got wrong.'),
      reasonCode: z
        .enum([
          'not-claimed',
          'not-applicable',
          'not-connected',
          'not-installed',
          'no-tunnel-left',
          'run-ended',
          'passed-alone',
          'not-started',
          'blocked',
          'harness',
        ])
        .optional()
        .describe('The reason as a stable code.'),
      blockedBy: z
        .string()
        .optional()
        .describe('Key of the result that says why this one could not be judged.'),
      defects: z.array(
        z.object({
          verdict: broken,
          rule: z.string(),
          ...symptom,
          detail: z.string(),
          onWire: z
            .boolean()
            .optional()
            .describe('Whether it was seen in the very bytes that the client sent.'),
        }),
      ),
      transcript: z.array(
        z.object({
          at: z.number().describe('Milliseconds since the scenario began.'),
          who: z.enum(['client', 'service', 'app', 'process', 'harness']),
          what: z.string(),
        }),
      ),
      output: z.string().describe('The beginning and the end of what the client printed.'),
      exit: z.string().describe('How the client ended, in words.'),
      command: z.string().describe('How it was started, tokens left out.'),
      durationMs: count,
    }),
  ),
});

/** JSON Schema of the report, for programs that read it. */
export function jsonReportSchema(): unknown {
  return z.toJSONSchema(jsonReportShape);
}

/** The whole run for programs. */
export function jsonReport(suite: SuiteResult): string {
  const { client, startedAt, durationMs, long, interrupted, results } = suite;
  const report = {
    client,
    startedAt,
    durationMs,
    long,
    interrupted,
    counts: countVerdicts(results),
    defects: distinctDefects(results),
    results: results.map(({ scenario, isWhole: _, ...result }) => ({
      ...result,
      id: scenario.id,
      topic: topicOf(scenario.id),
      title: scenario.title,
      rules: scenario.rules,
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
