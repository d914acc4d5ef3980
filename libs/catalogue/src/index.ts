export { canonical, sha256 } from './canonical.js';
export { momentMs, withInstants } from './check-tests.js';
export { controlFile, FREQUENCIES } from './control-schema.js';
export { EVENT_ATTRIBUTES, variablesOf } from './expression-scope.js';
export { loadCatalogue, type LoadedCatalogue } from './load-catalogue.js';
export { validateEvent } from './validate-event.js';
export type * from './model.js';
