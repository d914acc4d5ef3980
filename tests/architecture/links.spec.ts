import path from 'node:path';
import { expect, test } from '@jest/globals';
import { filesUnder, isThere, textOf } from './repository.js';

const pages = [...filesUnder('.', '.md')].filter((file) => !file.includes('/samples/'));

/** Targets of Markdown links within the repository, without what is in code. */
function targetsOf(page: string): string[] {
  const text = textOf(page).replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  const all = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return all.filter((target) => !/^[a-z]+:/.test(target));
}

const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const anchorsIn = (page: string): string[] => [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

function isBroken(page: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const place = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
  if (!isThere(place)) return true;
  return anchor !== undefined && place.endsWith('.md') && !anchorsIn(place).includes(anchor);
}

test('every link of the documentation leads somewhere', () => {
  const broken = pages.flatMap((page) => targetsOf(page).filter((target) => isBroken(page, target)).map((target) => `${page}: ${target}`));
  expect(broken).toEqual([]);
});
