import { z } from 'zod';
import { type SuiteResult, topicOf } from '../engine/index.js';
import { distinctDefects } from './defects.js';
import { commandFor, expectedIn, type Telling } from './evidence.js';
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
  seed: count.describe('The seed that ids and bytes were drawn from, for --seed.'),
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
          .describe('The codes of all its triggers, if there are three or more.'),
        clause: z.string().describe('Text of the rule.'),
        from: z.array(z.string()).describe('Where the rule comes from.'),
        link: z.string().describe('Where its text stands: a file of the package and an anchor.'),
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
            .describe(
              'The codes of everything that was done to the client since it last carried bytes both ways.',
            ),
          bytes: z
            .array(
              z.object({
                from: z.enum(['client', 'service']),
                what: z.string().describe('The bytes decoded.'),
                hex: z
                  .string()
                  .describe('The first 64 of them; `tunnel-testbed decode` reads tunnel frames.'),
                length: count,
              }),
            )
            .optional()
            .describe(
              'The bytes that were wrong (onWire), or those that crossed the wire last, oldest first. Only the first result that shows the defect must have them.',
            ),
        }),
      ),
      transcript: z.array(
        z.object({
          at: z.number().describe('Milliseconds since the scenario began.'),
          who: z.enum(['client', 'service', 'app', 'process', 'harness']),
          what: z.string(),
        }),
      ),
      expects: z.string().optional().describe('What a correct client does, if this one does not.'),
      output: z.string().describe('The last lines that the client printed, 20 at most.'),
      exit: z.string().describe('How the client ended, in words.'),
      again: z.string().optional().describe('The command that runs this scenario alone, if it did not pass.'),
      command: z.string().describe('How the client was started, without tokens.'),
      durationMs: count,
    }),
  ),
});

/** JSON Schema of the report, for programs that read it. */
export function jsonReportSchema(): unknown {
  return z.toJSONSchema(jsonReportShape);
}

/** The whole run, for programs. Each result is one line. */
export function jsonReport(suite: SuiteResult, telling: Telling): string {
  const { client, startedAt, durationMs, long, seed, interrupted, results } = suite;
  const head = {
    ...{ client, startedAt, durationMs, long, seed, interrupted },
    counts: countVerdicts(results),
    defects: distinctDefects(results),
  };
  const lines = results.map(({ scenario, isWhole: _, ...result }) => {
    const isToldHow = result.defects.length > 0 || result.verdict === 'error';
    return JSON.stringify({
      ...result,
      id: scenario.id,
      topic: topicOf(scenario.id),
      title: scenario.title,
      rules: scenario.rules,
      ...(isToldHow && { expects: expectedIn({ scenario }), again: commandFor(result, telling) }),
    });
  });
  const opening = JSON.stringify(head, undefined, 2).replace(/\n}$/, '');
  return `${opening},\n  "results": [\n${lines.join(',\n')}\n  ]\n}\n`;
}
