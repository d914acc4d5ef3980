export * from './format.js';
export { MAX_ATTRIBUTE_BYTES } from './reading/items.js';
export * from './registry.js';
