import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const stateDir = path.join(root, '.tickmark');
export const inState = (...parts) => path.join(stateDir, ...parts);
export const inRoot = (...parts) => path.join(root, ...parts);
