export * from './format.js';
export { formatOfMapping } from './mapping/mapping-format.js';
export { runMappingTests, type MappingTestResult } from './mapping/run-mapping-tests.js';
export { MAX_ATTRIBUTE_BYTES } from './reading/items.js';
export { PackedList } from './reading/packed-list.js';
export * from './registry.js';
