import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { baseOf } from './base.js';
import type { EntraRecord } from './record.js';

/** Sign-ins that wait for another step (a second factor, a consent, a choice): neither in nor out. */
const INTERRUPTIONS = new Set(['50055', '50058', '50072', '50074', '50076', '50079', '50097', '50125', '50140', '50144', '65001']);

export const isSignIn = (record: EntraRecord): boolean =>
  record.text('operationName') === 'Sign-in activity' ||
  /SignInLogs$/i.test(record.text('category') ?? '') ||
  (record.text('operationName', 'activityDisplayName') === undefined && errorCodeOf(record) !== undefined);

/** Error code 0 is in, an interruption is neither, everything else is out. */
export function signIn(record: EntraRecord, system: string): ItemResult {
  const code = errorCodeOf(record);
  if (code === undefined) return rejected('/properties/status/errorCode', 'is missing, so the result is not known');
  if (INTERRUPTIONS.has(code)) return ignored(`sign-in interrupted with ${code}: neither in nor out`);
  const account = record.text('userPrincipalName', 'servicePrincipalName', 'servicePrincipalId', 'appDisplayName', 'appId')?.slice(0, 256);
  if (account === undefined) return rejected('/properties/userPrincipalName', 'names nobody');
  const base = baseOf(record, account, ['createdDateTime', 'time', 'TimeGenerated']);
  if ('pointer' in base) return rejected(base.pointer, base.message);
  const ip = record.text('ipAddress', 'callerIpAddress');
  return event({
    ...base,
    type: 'identity.signin',
    data: { account, system, outcome: code === '0' ? 'success' : 'failure', ...secondFactor(record, code === '0'), ...(ip === undefined ? {} : { ip: ip.slice(0, 64) }) },
  });
}

/** True where two factors were wanted and the sign-in came through. What the record leaves open stays open. */
function secondFactor(record: EntraRecord, success: boolean): { readonly mfa?: boolean } {
  const requirement = record.text('authenticationRequirement');
  if (requirement === 'multiFactorAuthentication') return success ? { mfa: true } : {};
  const details = record.object('status')?.additionalDetails;
  // "MFA requirement satisfied by claim in the token" stands beside single factor: an earlier factor still counts.
  const mentioned = typeof details === 'string' && /\bMFA\b/i.test(details);
  return requirement === 'singleFactorAuthentication' && !mentioned ? { mfa: false } : {};
}

function errorCodeOf(record: EntraRecord): string | undefined {
  const code = record.object('status')?.errorCode ?? record.value('resultType');
  return typeof code === 'number' || (typeof code === 'string' && /^\d+$/.test(code)) ? String(code) : undefined;
}
