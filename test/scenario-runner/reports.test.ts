import { writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  CommandAdapter,
  clientDefinition,
  formatReport,
  runSuite,
  type SuiteResult,
  scenario,
} from '../../src/scenario-runner/index.js';
import { jsonReportShape } from '../../src/scenario-runner/report/json.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { describeWithPrograms, findProgram, runProgram } from '../support/real-program.js';

/** Prints what a report must not be moved by, its token too, and then does not connect. */
const HOSTILE = `printf '<script>document.title="owned"</script>\\033[31mred\\033[0m\\000nul \\342\\200\\256]]> # not ok %s' "$0"; exit 3`;

const common = { role: 'source', rules: ['H1'], versions: ['V2'], why: 'To see <b>reports</b>.' } as const;
const scenarios = [
  scenario({
    ...common,
    id: 'one/connects',
    title: 'It <i>connects</i>',
    run: async (stage) => void (await stage.client.connects()),
  }),
  scenario({ ...common, id: 'one/passes', title: 'It is', run: async () => {} }),
  scenario({
    ...common,
    id: 'two/skips',
    title: 'It is not',
    run: async (stage) => stage.skip('no # reason'),
  }),
  scenario({
    ...common,
    id: 'two/throws',
    title: 'It is wrong',
    run: async () => Promise.reject(new Error('<oh>')),
  }),
  scenario({
    ...common,
    id: 'two/warns',
    title: 'It should',
    run: async (trial) => trial.check(false, { rule: 'W6', symptom: 'goes-on' }),
  }),
];

let suite: SuiteResult;
beforeAll(async () => {
  const declares = { versions: ['V2'] };
  const command = ['sh', '-c', HOSTILE, '{token}'];
  const definition = { name: '<hostile> & "co"', source: { command }, transport: 'plain', declares };
  const adapter = new CommandAdapter(clientDefinition.parse(definition));
  const preflight = false; // some of them say nothing of a client
  suite = await runSuite({ adapter, scenarios, patienceMs: 3000, roles: ['source'], preflight });
});

describe('a report of a hostile client', () => {
  it('shows its output, without control characters and without its token', () => {
    const [{ output, defects }] = suite.results as [(typeof suite.results)[number]];
    expect(output).toBe('<script>document.title="owned"</script>red\\x00nul \\u202e]]> # not ok $TOKEN');
    expect(defects[0]?.detail).toContain('$TOKEN');
  });

  it('is JSON of the published shape', () => {
    const report = jsonReportShape.strict().parse(JSON.parse(formatReport(suite, 'json')));
    expect(report.counts).toMatchObject({ pass: 1, fail: 1, warn: 1, skipped: 1, error: 1 });
  });

  it('cannot colour or move a terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
    expect(formatReport(suite, 'text')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});

describeWithPrograms({ perl: 'perl' }, 'a TAP report', () => {
  it('is read by another parser as it is meant', async () => {
    using folder = temporaryFolder();
    await writeFile(
      folder.file('report.tap'),
      formatReport(suite, 'tap').replace('version 14', 'version 13'),
    );
    const program = `
      my $parser = TAP::Parser->new({ source => $ARGV[0] });
      while (my $line = $parser->next) {
        print $line->number, ' ', $line->is_actual_ok ? 'ok' : 'bad', ' ', $line->directive, "\\n" if $line->is_test;
      }
      print $parser->parse_errors ? 'wrong' : 'whole', "\\n";`;
    const { stdout, stderr } = await runProgram('perl', [
      '-MTAP::Parser',
      '-e',
      program,
      folder.file('report.tap'),
    ]);
    expect({ stdout, stderr }).toEqual({
      stdout: '1 bad \n2 ok \n3 ok SKIP\n4 ok SKIP\n5 ok \nwhole\n',
      stderr: '',
    });
  });
});

/** What elements of the usual JUnit schema (that of Jenkins) may hold: attributes, and elements. */
const JUNIT: Readonly<Record<string, readonly [attributes: string, children: string]>> = {
  testsuites: ['name time tests failures disabled errors', 'testsuite'],
  testsuite: ['name tests failures errors time disabled skipped timestamp', 'testcase'],
  testcase: ['name classname time status assertions', 'skipped error failure system-out system-err'],
  skipped: ['message type', ''],
  error: ['message type', ''],
  failure: ['message type', ''],
  'system-out': ['', ''],
};

interface XmlElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

describeWithPrograms({ python3: 'python3' }, 'a JUnit report', () => {
  it('is XML of the usual schema', async () => {
    using folder = temporaryFolder();
    await writeFile(folder.file('report.xml'), formatReport(suite, 'junit'));
    const program = `
import json, sys, xml.etree.ElementTree as tree
def told(e): return {'tag': e.tag, 'attributes': e.attrib, 'children': [told(c) for c in e]}
print(json.dumps(told(tree.parse(sys.argv[1]).getroot())))`;
    const { stdout, stderr } = await runProgram('python3', ['-c', program, folder.file('report.xml')]);
    expect(stderr).toBe('');
    const root = JSON.parse(stdout) as XmlElement;
    const check = ({ tag, attributes, children }: XmlElement): void => {
      const [known, within] = JUNIT[tag]!;
      expect(known.split(' '), tag).toEqual(expect.arrayContaining(Object.keys(attributes)));
      expect(within.split(' '), tag).toEqual(expect.arrayContaining(children.map((child) => child.tag)));
      for (const child of children) check(child);
    };
    check(root);
    expect(root.attributes).toMatchObject({
      tests: '5',
      failures: '1',
      errors: '1',
      name: '<hostile> & "co"',
    });
  });
});

describeWithPrograms({ chromium: 'chromium' }, 'an HTML report', () => {
  it.each(['light', 'dark'] as const)(
    'opens a cell in a %s browser, asks for nothing and runs nothing',
    async (colorScheme) => {
      using folder = temporaryFolder();
      const file = folder.file('report.html');
      await writeFile(file, formatReport(suite, 'html'));
      const browser = await chromium.launch({
        executablePath: findProgram('chromium')!,
        args: ['--no-sandbox'],
      });
      try {
        const page = await browser.newPage({ colorScheme });
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(pathToFileURL(file).href);
        const panel = page.locator('article:target');
        expect(await panel.count()).toBe(0);
        await page.click('td.cell.fail a');
        expect(await panel.isVisible()).toBe(true);
        const text = await panel.innerText();
        expect(text).toContain('The path of the upgrade request');
        expect(text).toContain('harness  started <hostile>');
        expect(text).toContain('<script>document.title="owned"</script>red\\x00nul');
        await page.click('article:target a.close');
        expect(await panel.count()).toBe(0);
        await page.click('label:has(#show-pass)');
        expect(await page.locator('tr.worst-pass').isVisible()).toBe(false);
        expect(await page.locator('tr.worst-fail').isVisible()).toBe(true);
        expect(await page.title()).toBe('<hostile> & "co": tunnel client report');
        const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)');
        expect(asked.map((url) => fileURLToPath(url.split('#')[0]!))).toEqual([file]);
      } finally {
        await browser.close();
      }
    },
  );
});
