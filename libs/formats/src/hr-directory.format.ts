import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { WORKOS_SIGNATURE } from './hr-directory/signature.js';
import { directoryEvent } from './hr-directory/user-event.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

/** Directory sync of WorkOS: joiners and leavers from an HR system or identity provider, pushed or fetched. */
export const hrDirectory: Format = {
  id: 'hr-directory',
  title: 'HR directory (WorkOS directory sync)',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [WORKOS_SIGNATURE, BEARER],
  words: [
    { theirs: 'dsync.user.created, active', ours: 'hr.worker active, hr.worker-joined', why: 'the directory knows them from now on' },
    { theirs: 'dsync.user.created, inactive', ours: 'hr.worker left', why: 'kept in the directory, not at work' },
    { theirs: 'dsync.user.updated, now inactive', ours: 'hr.worker left, hr.worker-left', why: 'many directories never delete: this is how a leaver shows' },
    { theirs: 'dsync.user.updated, inactive, without previous_attributes', ours: 'hr.worker left, hr.worker-left', why: 'whether it changed is not said; a leaver may not be missed' },
    { theirs: 'dsync.user.updated, active again', ours: 'hr.worker active, hr.worker-joined', why: 'they came back' },
    { theirs: 'dsync.user.updated, state not changed', ours: 'hr.worker', why: 'nobody joined or left' },
    { theirs: 'dsync.user.deleted', ours: 'hr.worker left, hr.worker-left', why: 'the directory knows them no more' },
    { theirs: 'any other state', ours: 'ignored', why: 'neither active nor inactive; we do not guess' },
    { theirs: 'groups, directories, connections', ours: 'ignored', why: 'who gave the access is not said; connect the identity provider itself' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      id: 'event_01HR2026',
      event: 'dsync.user.updated',
      created_at: '2026-01-31T12:00:00.000Z',
      data: {
        id: 'directory_user_01',
        idp_id: 'w-1042',
        directory_id: 'directory_01',
        object: 'directory_user',
        state: 'inactive',
        previous_attributes: { state: 'active' },
      },
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['data'], map: directoryEvent });
}
