export { Database, onClient } from './database.js';
export type { DatabaseOptions, Queryable } from './database.js';
export { instantToColumn, optionalInstantToColumn } from './column-types.js';
export { faultOf } from './faults.js';
export type { DatabaseFault } from './faults.js';
export { migrate } from './migrate.js';
