import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** argon2id, OWASP's first choice: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const LONGEST_PASSWORD = 1_024;

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

export const isPasswordLength = (password: string): boolean => password.length > 0 && password.length <= LONGEST_PASSWORD;

export const makePassword = (): string => randomBytes(18).toString('base64url');

let decoy: Promise<string> | undefined;

/** Takes as long for a person who does not exist: nobody learns which addresses do. */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  decoy ??= hashPassword(makePassword());
  const matches = await verify(passwordHash ?? (await decoy), password);
  return matches && passwordHash !== undefined;
}
