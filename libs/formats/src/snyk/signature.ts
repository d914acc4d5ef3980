import { hubSignature } from '../hub-signature.js';

/** Snyk signs the body and no time: a replay brings the same ids and the same time, and therefore changes nothing. */
export const SNYK_SIGNATURE = hubSignature({ kind: 'snyk', vendor: 'Snyk', header: 'X-Hub-Signature' });
