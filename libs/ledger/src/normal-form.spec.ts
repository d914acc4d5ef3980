import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from './digest.js';
import { canonicalJson, normalForm } from './normal-form.js';
import type { EventContent } from './normal-form.js';

const anEvent: EventContent = {
  id: 'e1',
  source: '/okta',
  type: 'identity.account',
  subject: 'a1',
  timeMs: Date.parse('2026-01-02T03:04:05.678Z'),
  data: { status: 'active', admin: false },
};

describe('canonical JSON', () => {
  it('is the example of RFC 8785', () => {
    const value: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('does not exist of what is no JSON', () => {
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
  });
});

describe('the normal form of an event', () => {
  it('is its canonical JSON with the time as an instant', () => {
    expect(normalForm(anEvent).text).toBe(
      '{"data":{"admin":false,"status":"active"},"id":"e1","source":"/okta","subject":"a1","time":"2026-01-02T03:04:05.678Z","type":"identity.account"}',
    );
  });

  it('has a content hash of type, subject, time and data only', () => {
    expect(normalForm(anEvent).contentHash).toEqual(
      sha256('{"data":{"admin":false,"status":"active"},"subject":"a1","time":"2026-01-02T03:04:05.678Z","type":"identity.account"}'),
    );
  });

  it('leaves out a time that was assumed', () => {
    const { timeMs: _time, ...assumed } = anEvent;
    expect(normalForm(assumed).text).not.toContain('"time"');
  });

  it('is the canonical form of the whole object, whatever the texts are', () => {
    const text = fc.string({ unit: 'grapheme' });
    const arbitrary = fc.record(
      { id: text, source: text, type: text, subject: text, sequence: text, data: fc.jsonValue() },
      { requiredKeys: ['id', 'source', 'type', 'data'] },
    );
    fc.assert(
      fc.property(arbitrary, (event) => {
        const { type, subject, data } = event;
        expect(normalForm(event).text).toBe(canonicalJson(event));
        expect(normalForm(event).contentHash).toEqual(sha256(canonicalJson({ type, subject, data })));
      }),
    );
  });

  it('does not exist of a text with half a surrogate pair', () => {
    expect(() => normalForm({ ...anEvent, subject: '\ud800' })).toThrow(TypeError);
  });
});
