export { canonical, sha256 } from './canonical.js';
export { momentMs, withInstants } from './check-tests.js';
export { controlJsonSchema, overrideJsonSchema } from './control-json-schema.js';
export { EVENT_ATTRIBUTES, variablesOf } from './expression-scope.js';
export { loadCatalogue, type LoadedCatalogue } from './load-catalogue.js';
export { loadDraft, type LoadedDraft } from './load-draft.js';
export { validateEvent } from './validate-event.js';
export type * from './model.js';
