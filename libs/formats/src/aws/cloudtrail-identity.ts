/** The fields of a record that are read, after they were checked. */
export interface TrailRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly timeMs: number;
  /** The feed's system: accounts are accounts in it. */
  readonly system: string;
  readonly awsRegion?: string | null | undefined;
  readonly errorCode?: string | null | undefined;
  readonly sourceIPAddress?: string | null | undefined;
  readonly readOnly?: boolean | string | null | undefined;
  readonly recipientAccountId?: string | null | undefined;
  readonly userIdentity?: Identity | null | undefined;
  readonly requestParameters?: Parameters;
  readonly responseElements?: Parameters;
  readonly additionalEventData?: Parameters;
}

export type Parameters = Readonly<Record<string, unknown>> | null | undefined;

interface Identity {
  readonly type?: string | null | undefined;
  readonly arn?: string | null | undefined;
  readonly accountId?: string | null | undefined;
  readonly userName?: string | null | undefined;
  readonly principalId?: string | null | undefined;
  readonly invokedBy?: string | null | undefined;
}

const MAX_NAME = 256;

export function textIn(parameters: Parameters, name: string): string | undefined {
  const value = parameters?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A user without its path: its name is unique in its account, and some records do not know the path. */
export const userArn = (account: string, name: string): string => `arn:aws:iam::${account}:user/${name}`.slice(0, MAX_NAME);

/** Who signed in. */
export function accountOf({ userIdentity, recipientAccountId }: TrailRecord): string | undefined {
  if (userIdentity === null || userIdentity === undefined) return undefined;
  const account = userIdentity.accountId ?? recipientAccountId ?? '';
  if (userIdentity.type === 'IAMUser' && typeof userIdentity.userName === 'string') return userArn(account, userIdentity.userName);
  return firstOf(userIdentity.arn, userIdentity.userName, userIdentity.principalId);
}

/** Who made the call: a person, a role's session, or a service. */
export function actorOf({ userIdentity }: TrailRecord): string {
  return firstOf(userIdentity?.arn, userIdentity?.userName, userIdentity?.invokedBy, userIdentity?.principalId) ?? 'unknown';
}

export const sourceOf = (record: TrailRecord): string =>
  `${record.eventSource}/${record.recipientAccountId ?? record.userIdentity?.accountId ?? 'unknown'}`;

function firstOf(...names: readonly (string | null | undefined)[]): string | undefined {
  return names.find((name): name is string => typeof name === 'string' && name !== '')?.slice(0, MAX_NAME);
}
