import type { CatalogueFault } from '@tickmark/catalogue';
import { errorsIn } from './print-faults.js';
import { scriptOf } from './print-report.js';
import type { TestedControl } from './tested-control.js';

/** JUnit XML: a suite for each control, a case for each of its tests; faults of the files are a suite of their own. */
export function junitOf(tested: readonly TestedControl[], faults: readonly CatalogueFault[]): string {
  const suites = [...tested.map(suiteOf), ...faultSuite(faults)];
  const tests = suites.reduce((sum, suite) => sum + suite.tests, 0);
  const failures = suites.reduce((sum, suite) => sum + suite.failures, 0);
  const body = suites.map(({ xml }) => xml).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="tickmark controls" tests="${tests}" failures="${failures}">\n${body}</testsuites>\n`;
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly xml: string;
}

function suiteOf({ control, report }: TestedControl): Suite {
  const failures = report.results.filter(({ holds }) => !holds).length;
  const cases = report.results.map((result) => {
    const open = `    <testcase name="${escaped(result.test.name)}" classname="${escaped(control.id)}" file="${escaped(control.file)}" line="${result.test.line}"`;
    if (result.holds) return `${open}/>\n`;
    const script = escaped(scriptOf(result, control.file).join('\n'));
    return `${open}>\n      <failure message="does not hold">${script}</failure>\n    </testcase>\n`;
  });
  return suite(control.id, report.results.length, failures, cases.join(''));
}

const suite = (name: string, tests: number, failures: number, cases: string): Suite => ({
  tests,
  failures,
  xml: `  <testsuite name="${escaped(name)}" tests="${tests}" failures="${failures}">\n${cases}  </testsuite>\n`,
});

function faultSuite(faults: readonly CatalogueFault[]): readonly Suite[] {
  const count = errorsIn(faults);
  if (count === 0) return [];
  const cases = faults
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, message, hint }) => {
      const text = escaped(`${file}:${line}: ${message}${hint === undefined ? '' : `\n${hint}`}`);
      const name = escaped(`${file}:${line}`);
      return `    <testcase name="${name}" classname="load" file="${escaped(file)}" line="${line}">\n      <failure message="${escaped(message)}">${text}</failure>\n    </testcase>\n`;
    });
  return [suite('load', count, count, cases.join(''))];
}

/** XML 1.0 knows no other control characters than tab and line ends. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
