export * from './digest.js';
export * from './leaf.js';
export * from './normal-form.js';
