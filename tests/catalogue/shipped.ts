import { loadCatalogue, type Catalogue, type CatalogueFileRole } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import { parse } from 'yaml';
import { filesUnder, textOf } from '../architecture/repository.js';
import { expectedCoverage, type ExpectedCoverage } from './coverage.js';

const ROLES: readonly (readonly [RegExp, CatalogueFileRole])[] = [
  [/criteria\.yaml$/, 'criteria'],
  [/objectives\.yaml$/, 'objectives'],
  [/\/event-types\//, 'event-type'],
  [/\/controls\//, 'control'],
];

/** The catalogue as it is shipped. */
export function shippedCatalogue(): Catalogue {
  const files = filesUnder('catalogue', '.yaml').flatMap((path) => {
    const role = ROLES.find(([pattern]) => pattern.test(path))?.[1];
    return role === undefined ? [] : [{ role, path, text: textOf(path) }];
  });
  const { catalogue, faults } = loadCatalogue(files, kindById);
  if (catalogue === undefined) throw new Error(faults.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n'));
  return catalogue;
}

export const shippedExpectation = (): ExpectedCoverage => expectedCoverage.parse(parse(textOf('tests/catalogue/coverage.expected.yaml')));
