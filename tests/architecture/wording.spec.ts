import { expect, test } from '@jest/globals';
import { filesUnder, textOf } from './repository.js';

/** A conclusion belongs to the auditor: monitoring notes deviations, or notes none. */
const CONCLUSIONS = /\b(compliant|certified|auditor-approved|operating effectively|passed)\b/i;

const PLACES = ['libs/reporting/src', 'libs/readiness/src', 'libs/alerting/src', 'libs/channels/src', 'libs/renderers/src', 'apps/console/src', 'apps/cli/src', 'apps/web/src'];

/** What people read: the catalogue's own words, and text in quotes in the code that speaks to them. */
function readByPeople(file: string): string[] {
  const text = textOf(file);
  if (file.endsWith('.yaml')) {
    return text.split('\n').filter((line) => /^\s*(title|description|text|question|recommendation|summary|statement|remediation):/.test(line));
  }
  const code = text.replace(/^\s*(\*|\/\/|\/\*).*$/gm, '');
  return [...code.matchAll(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g)].map(([quoted]) => quoted);
}

function drawsConclusion(words: string): boolean {
  // `passed` alone is a name in code; in a sentence it is a conclusion.
  return CONCLUSIONS.test(words) && (/\s/.test(words.trim()) || !/passed/i.test(words));
}

test('nothing that people read draws the conclusion that is the auditor’s', () => {
  const files = [
    ...filesUnder('catalogue', '.yaml').filter((file) => !file.endsWith('/criteria.yaml')),
    ...PLACES.flatMap((folder) => filesUnder(folder, '.ts')).filter((file) => !/\.(spec|testkit)\.ts$/.test(file)),
  ];
  const found = files.flatMap((file) => readByPeople(file).filter(drawsConclusion).map((words) => `${file}: ${words.trim()}`));
  expect(found).toEqual([]);
});
