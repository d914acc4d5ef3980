import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, parseConfig, printableConfig } from './config.js';
import { numberSetting, portSetting, settings } from './settings.js';

const schema = z.object({
  PORT: portSetting(3001),
  DATABASE_URL: settings.DATABASE_URL,
  KAFKA_BROKERS: settings.KAFKA_BROKERS,
  TICKMARK_SECRET_KEY: settings.TICKMARK_SECRET_KEY,
  WORKERS: numberSetting(2, 1, 8),
});
const given = {
  DATABASE_URL: 'postgres://user:hunter2@db:5432/tickmark',
  KAFKA_BROKERS: 'a:9092, b:9092',
  TICKMARK_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
};

describe('the configuration', () => {
  it('is read under the names of the variables, with defaults', () => {
    expect(parseConfig(schema, given)).toEqual({
      PORT: 3001,
      DATABASE_URL: 'postgres://user:hunter2@db:5432/tickmark',
      KAFKA_BROKERS: ['a:9092', 'b:9092'],
      TICKMARK_SECRET_KEY: Buffer.alloc(32, 1),
      WORKERS: 2,
    });
  });

  it('takes an empty variable for one that is not set, and a key in hex', () => {
    const config = parseConfig(schema, { ...given, PORT: '', TICKMARK_SECRET_KEY: '01'.repeat(32) });
    expect(config.PORT).toBe(3001);
    expect(config.TICKMARK_SECRET_KEY).toEqual(Buffer.alloc(32, 1));
  });

  it('lists every fault at once and repeats no value', () => {
    const faults = () => parseConfig(schema, { PORT: '99999', KAFKA_BROKERS: 'nowhere', TICKMARK_SECRET_KEY: 'hunter2', WORKERS: 'two' });
    expect(faults).toThrow(ConfigError);
    expect(faults).toThrow(/PORT[^]*DATABASE_URL: must be a postgres[^]*KAFKA_BROKERS[^]*TICKMARK_SECRET_KEY: must be 32[^]*WORKERS: must be a whole number/);
    expect(faults).not.toThrow(/hunter2/);
  });

  it('is printed without secrets', () => {
    const printed = JSON.stringify(printableConfig(parseConfig(schema, given)));
    expect(printed).toContain('(hidden)');
    expect(printed).toContain('@db:5432/tickmark');
    expect(printed).not.toMatch(/hunter2|AQEBAQ|\[1,1/);
  });
});
