/** Words that mean something in expressions already: no alias, parameter or field can have them as its name. */
const TAKEN: ReadonlySet<string> = new Set([
  ...['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package'],
  ...['namespace', 'return', 'var', 'void', 'while', 'in', 'true', 'false', 'null', 'has'],
  ...['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type', 'google', 'cel'],
  ...['optional', 'dyn', 'size', 'timestamp', 'duration', '__proto__', 'prototype', 'constructor'],
]);

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Why this cannot be the name of a variable in expressions; undefined when it can. */
export function nameFault(name: string): string | undefined {
  if (!NAME.test(name)) return `"${name}" is no name for expressions: letters, digits and _ only, at most 64, no digit first`;
  return TAKEN.has(name) ? `"${name}" has a meaning of its own in expressions` : undefined;
}

/** Fields come after a dot, where only these few are out of reach. */
export function isFieldName(name: string): boolean {
  return NAME.test(name) && !['in', 'true', 'false', 'null', '__proto__', 'prototype', 'constructor'].includes(name);
}
