import { describe, expect, it } from '@jest/globals';
import { acceptsContentType } from './format.js';
import { github } from './github.format.js';
import { EXPECTED, headersOf } from './github.samples.testkit.js';
import { sampleFiles, sampleText, send, sendSample, shown } from './samples.testkit.js';

describe('samples of GitHub webhooks', () => {
  it('are all written out here', () => {
    const others = ['broken.truncated.json', 'github_disable_protect_this_branch.json'];
    expect([...EXPECTED.map(([file]) => file), ...others].sort()).toEqual(sampleFiles('github'));
  });

  it.each(EXPECTED)('%s gives what is written here', (file, event, expected) => {
    expect(shown(sendSample(github, file, { headers: headersOf(event), system: 'github-cloud' }))).toEqual([expected]);
  });

  it('github_disable_protect_this_branch.json is a log record, not a webhook: refused, since no header says what it is', () => {
    expect(sendSample(github, 'github_disable_protect_this_branch.json')).toEqual({
      outcome: 'malformed',
      faults: [{ pointer: '', message: 'the header X-GitHub-Event, which says what happened, is missing; send the request as GitHub sent it' }],
    });
    expect(sendSample(github, 'github_disable_protect_this_branch.json', { headers: headersOf('push') })).toEqual({
      outcome: 'malformed',
      faults: [{ pointer: '', message: 'expected an object' }],
    });
  });

  it('broken.truncated.json is refused with the path where it breaks off', () => {
    expect(sendSample(github, 'broken.truncated.json', { headers: headersOf('pull_request') })).toMatchObject({
      outcome: 'malformed',
      faults: [{ pointer: '/pull_request/patch_url', message: expect.stringMatching(/^the text has no closing quote \(line 10, /) as unknown as string }],
    });
  });

  it('give the same event as a form', () => {
    const body = new URLSearchParams({ payload: sampleText('github', 'pull_request.merged.payload.json') }).toString();
    const contentType = 'application/x-www-form-urlencoded';
    const asForm = send(github, body, { contentType, headers: headersOf('pull_request') });
    expect(asForm).toEqual(sendSample(github, 'pull_request.merged.payload.json', { headers: headersOf('pull_request') }));
    expect(send(github, 'other=1', { contentType, headers: headersOf('pull_request') })).toMatchObject({
      outcome: 'malformed',
      faults: [{ message: 'the form has no field payload' }],
    });
    expect(acceptsContentType(github, { headers: {}, contentType })).toBe(true);
    expect(acceptsContentType(github, { headers: {}, contentType: 'text/plain' })).toBe(false);
  });
});
