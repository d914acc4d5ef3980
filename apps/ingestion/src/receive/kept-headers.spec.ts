import { describe, expect, it } from '@jest/globals';
import { keptHeaders } from './kept-headers.js';

describe('what is kept of the header fields', () => {
  it('identifies the delivery and lets its signature be checked again', () => {
    const headers = { 'x-github-event': 'ping', 'x-hub-signature-256': 'sha256=00', 'webhook-id': 'm1', 'ce-id': 'e1', 'user-agent': 'curl' };
    expect(keptHeaders(headers)).toEqual(headers);
  });

  it('is no credential and nothing of no use', () => {
    expect(keptHeaders({ authorization: 'Bearer hunter2', cookie: 'a', 'x-api-key': 'b', host: 'c', 'ce-': 'd', accept: undefined })).toEqual({});
  });

  it('is bounded and can be stored', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`ce-x${at}`, `a\0\ud800${'x'.repeat(10_000)}`]));
    const kept = keptHeaders(many);
    expect(Object.keys(kept)).toHaveLength(40);
    expect(kept['ce-x0']).toHaveLength(1_999);
    expect(kept['ce-x0']?.startsWith('a\ufffdx')).toBe(true);
  });
});
