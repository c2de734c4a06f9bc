import { z } from 'zod';
import { type SuiteResult, topicOf } from '../engine/index.js';
import { distinctDefects } from './defects.js';
import { countVerdicts } from './terminal.js';

const verdict = z.enum(['pass', 'info', 'fail', 'warn', 'crash', 'flaky', 'skipped', 'blocked', 'error']);
const broken = z.enum(['fail', 'warn', 'crash', 'info']);
const symptom = {
  code: z.string().describe('Stable code of the symptom.'),
  trigger: z.string().optional().describe('Code of the trigger, if it distinguishes defects.'),
  symptom: z.string().describe('Code and trigger in English.'),
};
const count = z.int().min(0);

/** The JSON report. Fields may be added later, but none is renamed. */
export const jsonReportShape = z.object({
  client: z.string().describe('Name of the client, or address of the service.'),
  startedAt: z.iso.datetime(),
  durationMs: count,
  long: z.boolean().describe('Whether it was the long suite.'),
  interrupted: z.boolean().describe('Whether the run was ended before everything was judged.'),
  counts: z.record(verdict, count),
  defects: z
    .array(
      z.object({
        verdict: broken,
        rule: z.string(),
        ...symptom,
        triggers: z
          .array(z.string())
          .optional()
          .describe(
            'The codes of all its triggers, if there are three or more.',
          ),
        clause: z.string().describe('Text of the rule.'),
        from: z.array(z.string()).describe('Where the rule comes from.'),
        seenIn: z.array(z.object({ key: z.string(), detail: z.string() })),
        mayFollowFrom: z
          .string()
          .optional()
          .describe(
            'Rule and symptom of the most likely cause: something that was sent wrongly in each of these runs, or a graver or more frequent defect whose trigger came in each of them.',
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
        .describe('Why the scenario was skipped, blocked or flaky, or what was wrong in the harness.'),
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
      blockedBy: z.string().optional().describe('Key of the result that blocks this one.'),
      defects: z.array(
        z.object({
          verdict: broken,
          rule: z.string(),
          ...symptom,
          detail: z.string(),
          onWire: z.boolean().optional().describe('Whether it was seen in the bytes that the client sent.'),
          amid: z
            .array(z.string())
            .optional()
            .describe('The codes of everything that was done to the client since it last carried bytes both ways.'),
        }),
      ),
      transcript: z.array(
        z.object({
          at: z.number().describe('Milliseconds since the scenario began.'),
          who: z.enum(['client', 'service', 'app', 'process', 'harness']),
          what: z.string(),
        }),
      ),
      output: z.string().describe("The beginning and the end of the client's output."),
      exit: z.string().describe('How the client ended, in words.'),
      command: z.string().describe('How the client was started, without tokens.'),
      durationMs: count,
    }),
  ),
});

/** JSON Schema of the report, for programs that read it. */
export function jsonReportSchema(): unknown {
  return z.toJSONSchema(jsonReportShape);
}

/** The whole run, for programs. */
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
