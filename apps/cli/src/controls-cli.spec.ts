import { describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTROL, folderWith, run } from './cli.testkit.js';

/** The whole catalogue is loaded each time. */
jest.setTimeout(60_000);

const BROKEN = CONTROL.replace('own-backups', 'broken').replace('backup.outcome ==', 'backup.outcom ==');
const WRONG = CONTROL.replace('validFor: 26h', 'validFor: 27h');

describe('tickmark controls check', () => {
  it('says that the shipped catalogue has no fault', async () => {
    const { code, out, err } = await run(['controls', 'check']);
    expect(out).toMatch(/^\d+ controls without a fault\n$/);
    expect([code, err]).toEqual([0, '']);
  });

  it('reads a folder of control files against the shipped event types, criteria and objectives', async () => {
    const folder = await folderWith({ 'own-backups.yaml': CONTROL });
    expect(await run(['controls', 'check', folder])).toEqual({ code: 0, out: '1 control without a fault\n', err: '' });
  });

  it('names file, line and hint, and answers no', async () => {
    const folder = await folderWith({ 'broken.yaml': BROKEN.replace('A1.2', 'A1.9') });
    const { code, out } = await run(['controls', 'check', folder]);
    expect(code).toBe(1);
    expect(out).toContain(`${join(folder, 'broken.yaml')}:4: error: there is no criterion "A1.9"\n  did you mean "A1.1"?\n`);
    expect(out).toMatch(/broken\.yaml:11: error: checks\.backed-up\.assert: backup has no field "outcom".*\n {2}did you mean "outcome"\?\n/);
    expect(out).toMatch(/2 faults: nothing is judged by a catalogue with a fault\n$/);
  });

  it('checks one file, also one that is shipped', async () => {
    expect(await run(['controls', 'check', join(import.meta.dirname, '../../../catalogue/controls/admin-mfa.yaml')])).toMatchObject({
      code: 0,
      out: '1 control without a fault\n',
    });
  });

  it('warns of a name that a shipped control has', async () => {
    const folder = await folderWith({ 'admin-mfa.yaml': CONTROL.replace('own-backups', 'admin-mfa') });
    const { code, out } = await run(['controls', 'check', folder]);
    expect(code).toBe(0);
    expect(out).toContain('warning: a control "admin-mfa" is shipped already; beside it this one does not load');
  });

  it('prints JSON', async () => {
    const folder = await folderWith({ 'broken.yaml': BROKEN });
    const { code, out } = await run(['controls', 'check', folder, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, faults: [{ line: 11, severity: 'error', hint: 'did you mean "outcome"?' }] });
  });
});

describe('tickmark controls test', () => {
  it('runs the tests of every shipped control, and all hold', async () => {
    const { code, out, err } = await run(['controls', 'test']);
    expect(out).toMatch(/\d+ controls, \d+ tests: all hold\n$/);
    expect(out).toContain('leaver-access-removed\n  ✓ holds  one account removed after 30 hours is one deviation of 6 hours, the other was in time\n');
    expect([code, err]).toEqual([0, '']);
  });

  it('lists states that no test reaches', async () => {
    const folder = await folderWith({ 'own-backups.yaml': CONTROL.replace('validFor', 'scope: backup.asset != "scratch"\n    validFor') });
    const { code, out } = await run(['controls', 'test', folder]);
    expect(out).toBe(
      'own-backups\n  ✓ holds  succeeds, fails, is old\nstates that no test reaches:\n  own-backups/backed-up: not-applicable\n1 control, 1 test: all hold\n',
    );
    expect([code, (await run(['controls', 'test', folder, '--every-state'])).code]).toEqual([0, 1]);
  });

  it('prints the time script with expected against got when a test does not hold', async () => {
    const folder = await folderWith({ 'own-backups.yaml': WRONG });
    const { code, out } = await run(['controls', 'test', folder]);
    expect(code).toBe(1);
    expect(out).toContain(
      [
        '  ✗ fails  succeeds, fails, is old',
        `      ${join(folder, 'own-backups.yaml')}:14, start 2026-03-02T00:00:00.000Z`,
        '          +0h  given     backup {"asset":"db","outcome":"success"}',
        '          +1h  holds     backed-up db: pass',
        '          +5h received at +6h  given     backup {"asset":"files","outcome":"failure"}',
        '          +6h  holds     backed-up files: fail, deviation open',
        '         +26h  EXPECTED  backed-up db: unknown',
        '               GOT       backed-up db: pass',
        '         +30h to +31h  given     backup silent',
        '',
      ].join('\n'),
    );
    expect(out).toMatch(/1 control, 1 test: 1 does not hold\n$/);
  });

  it('tests what loads beside a file with a fault, and answers no', async () => {
    const folder = await folderWith({ 'own-backups.yaml': CONTROL, 'broken.yaml': BROKEN });
    const { code, out } = await run(['controls', 'test', folder]);
    expect(code).toBe(1);
    expect(out).toContain('broken.yaml:11: error: ');
    expect(out).toMatch(/1 control, 1 test: all hold; 1 fault in files that were not tested\n$/);
  });

  it('writes JUnit: a suite a control, a case a test, faults too', async () => {
    const folder = await folderWith({ 'own-backups.yaml': WRONG.replace('succeeds, fails', 'a < b & "c"'), 'broken.yaml': BROKEN });
    const file = join(folder, 'out.xml');
    expect((await run(['controls', 'test', folder, '--junit', file])).code).toBe(1);
    const xml = await readFile(file, 'utf8');
    expect(xml).toContain('<testsuites name="tickmark controls" tests="2" failures="2">');
    expect(xml).toContain('<testsuite name="own-backups" tests="1" failures="1">');
    expect(xml).toContain('<testcase name="a &lt; b &amp; &quot;c&quot;, is old" classname="own-backups"');
    expect(xml).toContain('<testsuite name="load" tests="1" failures="1">');
  });

  it('prints JSON with what was expected and what came out', async () => {
    const folder = await folderWith({ 'own-backups.yaml': CONTROL.replace('{at: 26h, key: db, state: unknown}', '{at: 25h, key: db, state: unknown}') });
    const { code, out } = await run(['controls', 'test', folder, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      controls: [
        {
          id: 'own-backups',
          holds: false,
          tests: [
            {
              name: 'succeeds, fails, is old',
              holds: false,
              expectations: [{ holds: true }, { holds: true }, { at: '2026-03-03T01:00:00.000Z', holds: false, expected: { state: 'unknown' }, got: { state: 'pass' } }],
            },
          ],
        },
      ],
    });
  });

  it('shows a bar on a terminal only, and colour only where it is wanted', async () => {
    const plain = await run(['controls', 'test'], { isTerminal: false });
    const coloured = await run(['controls', 'test'], { colour: true });
    expect(plain.err).toBe('');
    expect([plain.out.includes('\u001b['), coloured.out.includes('\u001b[32m✓ holds\u001b[39m')]).toEqual([false, true]);
  });
});

describe('wrong use', () => {
  it.each([
    [['controls', 'tst'], "error: unknown command 'tst'\n(Did you mean test?)\n"],
    [['controls', 'check', '--jsn'], "error: unknown option '--jsn'\n(Did you mean --json?)\n"],
    [['controls', 'check', 'nowhere'], 'tickmark: nowhere is not there; name a folder of control files, or one control file\n'],
    [['controls', 'test', '--junit', 'nowhere/x.xml'], 'tickmark: nowhere/x.xml cannot be written (ENOENT); name a file in a folder that is there\n'],
  ])('%j is told on standard error and ends with 2', async (argv, err) => {
    expect(await run(argv)).toEqual({ code: 2, out: '', err });
  });

  it('of a folder without control files ends with 2', async () => {
    const folder = await folderWith({ 'readme.txt': 'none' });
    expect(await run(['controls', 'check', folder])).toEqual({ code: 2, out: '', err: `tickmark: ${folder} holds no control files (*.yaml)\n` });
  });

  it('help is no wrong use', async () => {
    const { code, out } = await run(['controls', 'test', '--help']);
    expect([code, out.startsWith('Usage: tickmark controls test [options] [path]')]).toEqual([0, true]);
  });
});
