import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CHANNELS } from './registry.js';

const files = readdirSync(new URL('.', import.meta.url));
const named = (suffix: string) => files.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));

describe('the registry of channels', () => {
  it('has each channel of the folder under the name of its file', () => {
    expect(CHANNELS.map(({ id }) => id)).toEqual(named('.channel.ts').sort());
  });
  it('has a spec for each channel', () => {
    expect(named('.channel.spec.ts').sort()).toEqual(CHANNELS.map(({ id }) => id));
  });
});
