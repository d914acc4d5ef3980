import { describe, expect, it } from '@jest/globals';
import type { Got } from '@tickmark/platform';
import { VendorAddresses } from './vendor-addresses.js';

const answered = (status: number, body = ''): Got => ({ outcome: 'answered', status, body });

function addresses(reply: (url: string) => Got | Promise<Got>) {
  const asked: string[] = [];
  const clock = { ms: 0, now: () => clock.ms };
  const get = async (url: string): Promise<Got> => {
    asked.push(url);
    return reply(url);
  };
  return { asked, clock, vendor: new VendorAddresses({ clock, get }) };
}

describe('an address of a vendor', () => {
  it('is read once an hour, also by many at once', async () => {
    const { asked, clock, vendor } = addresses((url) => answered(200, `text of ${url}`));
    expect(await Promise.all([vendor.read('a'), vendor.read('a'), vendor.read('b')])).toEqual(['text of a', 'text of a', 'text of b']);
    clock.ms = 3_599_999;
    expect(await vendor.read('a')).toBe('text of a');
    expect(asked).toEqual(['a', 'b']);
    clock.ms = 3_600_000;
    expect(await vendor.read('a')).toBe('text of a');
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('that gives nothing is asked again the next time', async () => {
    const replies: Got[] = [{ outcome: 'failed', reason: 'AddressRefused' }, answered(302), answered(404, 'no'), answered(200, 'yes')];
    const { asked, vendor } = addresses(() => replies.shift() ?? answered(500));
    expect([await vendor.read('a'), await vendor.read('a'), await vendor.read('a'), await vendor.read('a')]).toEqual([undefined, undefined, undefined, 'yes']);
    expect(asked).toHaveLength(4);
  });

  it('waits with at most three others', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { asked, vendor } = addresses(async () => {
      await held;
      return answered(200, 'text');
    });
    const first = ['a', 'b', 'c', 'd'].map((url) => vendor.read(url));
    expect(await vendor.read('e')).toBeUndefined();
    expect(await vendor.open('f')).toBe(false);
    release();
    expect(await Promise.all(first)).toEqual(['text', 'text', 'text', 'text']);
    expect(await vendor.read('e')).toBe('text');
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('keeps the texts of 32 addresses', async () => {
    const { asked, vendor } = addresses(() => answered(200, 'text'));
    for (let at = 0; at <= 32; at += 1) await vendor.read(`${at}`);
    await vendor.read('32');
    await vendor.read('0');
    expect(asked.slice(33)).toEqual(['0']);
  });

  it('was opened when the vendor says so', async () => {
    const { vendor } = addresses((url) => (url === 'lost' ? { outcome: 'failed', reason: 'TimeoutError' } : answered(Number(url))));
    expect([await vendor.open('200'), await vendor.open('204'), await vendor.open('302'), await vendor.open('403'), await vendor.open('lost')]).toEqual([true, true, false, false, false]);
  });

  it('passes on what is a fault of ours', async () => {
    const { vendor } = addresses(() => {
      throw new Error('ours');
    });
    await expect(vendor.read('a')).rejects.toThrow('ours');
  });
});
