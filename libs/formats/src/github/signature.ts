import { hubSignature } from '../hub-signature.js';

/** GitHub signs no time, so a replay is not told by the signature: it carries the same delivery id and therefore changes nothing. */
export const GITHUB_SIGNATURE = hubSignature({ kind: 'github', vendor: 'GitHub', header: 'X-Hub-Signature-256' });
