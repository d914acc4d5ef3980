import { describe, expect, it } from '@jest/globals';
import { hashPassword, isPassword, isPasswordLength, makePassword } from './password.js';

describe('passwords', () => {
  it('are kept as argon2id and told from others', async () => {
    const hash = await hashPassword('correct horse');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await isPassword('correct horse', hash)).toBe(true);
    expect(await isPassword('correct horse ', hash)).toBe(false);
  });

  it('match nobody who does not exist', async () => {
    expect(await isPassword('anything', undefined)).toBe(false);
  });

  it('are made at random, and bounded', () => {
    expect(makePassword()).toMatch(/^[A-Za-z0-9_-]{24}$/);
    expect(makePassword()).not.toBe(makePassword());
    expect(isPasswordLength('')).toBe(false);
    expect(isPasswordLength('x'.repeat(1_025))).toBe(false);
  });
});
