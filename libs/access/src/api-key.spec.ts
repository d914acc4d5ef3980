import { describe, expect, it } from '@jest/globals';
import { hashOfKey, isWellFormedKey, mintApiKey } from './api-key.js';

describe('an API key', () => {
  it('names its kind, holds 256 random bits and a checksum', () => {
    const key = mintApiKey('integration');
    expect(key).toMatch(/^tmk_integration_[0-9A-Za-z]{49}$/);
    expect(isWellFormedKey(key)).toBe(true);
    expect(mintApiKey('integration')).not.toBe(key);
  });

  it('with one changed character is not well-formed', () => {
    const key = mintApiKey('dashboard');
    for (let at = 'tmk_dashboard_'.length; at < key.length; at += 1) {
      const other = key[at] === 'a' ? 'b' : 'a';
      expect(isWellFormedKey(`${key.slice(0, at)}${other}${key.slice(at + 1)}`)).toBe(false);
    }
  });

  it.each(['', 'tmk_integration_', 'tmk_other_0000000000000000000000000000000000000000000000000', 'x'.repeat(100_000)])(
    'is not %.40s',
    (text) => {
      expect(isWellFormedKey(text)).toBe(false);
    },
  );

  it('of one kind is not well-formed as one of another', () => {
    expect(isWellFormedKey(mintApiKey('dashboard').replace('dashboard', 'admin'))).toBe(false);
  });

  it('is stored as its SHA-256', () => {
    expect(hashOfKey('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
