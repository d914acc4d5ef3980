import { KeyAuthenticator, canSignIn, isKeyHolder, issueLocalKey, issueReadingKey, seedAdmin, seedLocalFeed } from '@tickmark/access';
import type { Database, KeyRole } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import { readCredentials, writeCredentials } from './credentials-file.js';
import type { Credentials } from './credentials-file.js';

const EMAIL = 'admin@tickmark.local';

interface SeedOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Where sign-in and keys are written for scripts. */
  readonly credentialsPath: string;
}

/**
 * What a first start needs: an administrator, a key of each role, the feed `local`, and the file that names them. Run
 * again it keeps what still works and makes anew what does not, for a key that was lost cannot be shown twice.
 */
export async function seedAccess({ database, clock, credentialsPath }: SeedOptions): Promise<Credentials> {
  const before = await readCredentials(credentialsPath);
  const keys = new KeyAuthenticator(database, clock);
  const works = async (role: KeyRole): Promise<string | undefined> => {
    const key = before?.apiKeys[role];
    const holder = await keys.authenticate(key === undefined ? undefined : `Bearer ${key}`);
    return isKeyHolder(holder) && holder.role === role ? key : undefined;
  };
  const localKey = await seedLocalFeed(database);
  const credentials = {
    admin: before !== undefined && (await canSignIn(database, before.admin)) ? before.admin : await seedAdmin(database, EMAIL),
    apiKeys: {
      integration: localKey ?? (await works('integration')) ?? (await issueLocalKey(database)),
      dashboard: (await works('dashboard')) ?? (await issueReadingKey(database, 'dashboard')),
      auditor: (await works('auditor')) ?? (await issueReadingKey(database, 'auditor')),
      admin: (await works('admin')) ?? (await issueReadingKey(database, 'admin')),
    },
  };
  await writeCredentials(credentialsPath, credentials);
  return credentials;
}
