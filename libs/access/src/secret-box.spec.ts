import { describe, expect, it } from '@jest/globals';
import { SecretBox, SecretFault } from './secret-box.js';

const box = new SecretBox(Buffer.alloc(32, 7));

describe('a vendor secret', () => {
  it('opens with the key and the owner it was sealed with', () => {
    expect(box.open(box.seal('whsec_abc', 'feed/1'), 'feed/1')).toBe('whsec_abc');
  });

  it('is sealed differently each time and never stands in the ciphertext', () => {
    const sealed = box.seal('whsec_abc', 'feed/1');
    expect(sealed.includes('whsec_abc')).toBe(false);
    expect(box.seal('whsec_abc', 'feed/1')).not.toEqual(sealed);
  });

  it('does not open for another feed', () => {
    expect(() => box.open(box.seal('whsec_abc', 'feed/1'), 'feed/2')).toThrow(SecretFault);
  });

  it('does not open with another key', () => {
    expect(() => new SecretBox(Buffer.alloc(32, 8)).open(box.seal('whsec_abc', 'feed/1'), 'feed/1')).toThrow(SecretFault);
  });

  it('does not open when a byte was changed or cut', () => {
    const sealed = box.seal('whsec_abc', 'feed/1');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open(changed, 'feed/1')).toThrow(SecretFault);
      expect(() => box.open(sealed.subarray(0, at), 'feed/1')).toThrow(SecretFault);
    }
  });
});
