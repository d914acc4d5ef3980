import { describe, expect, test } from '@jest/globals';
import { filesUnder, isThere, textOf } from './repository.js';

const records = filesUnder('docs/adr', '.md').filter((file) => !file.endsWith('/README.md'));

function section(text: string, heading: string): string {
  const [, after = ''] = text.split(`\n## ${heading}\n`);
  return (after.split('\n## ')[0] ?? '').trim();
}

test('there are decision records, numbered without holes', () => {
  const numbers = records.map((file) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]));
  expect(numbers).toEqual(records.map((_, index) => index + 1));
});

describe.each(records.map((file) => [file]))('%s', (file) => {
  const text = textOf(file);

  test.each(['Context', 'Decision', 'Consequences', 'Check'])('says its %s', (heading) => {
    expect(section(text, heading)).not.toBe('');
  });

  test('names a check that is there', () => {
    const named = [...section(text, 'Check').matchAll(/`([^`\s]+\/[^`\s]+|[^`\s]+\.(?:cjs|mjs|json|ts|yml))`/g)].map(([, name = '']) => name);
    expect(named).not.toEqual([]);
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });
});
