export { compileExpression } from './compile.js';
export { LIMITS as EXPRESSION_LIMITS } from './cost.js';
export { describeLanguage } from './language.js';
export { parseInstant, parseLength } from './instants.js';
export { isFieldName, nameFault } from './names.js';
export { nearest, suggestion } from './nearest.js';
export { inWords as typeInWords } from './words.js';
export { UNGUARDED, valueTypeOfParams, valueTypeOfSchema } from './value-types.js';
export type * from './model.js';
