import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_TYPE, CONTROL, controlFile, CRITERIA, KINDS, OBJECTIVES } from './catalogue.testkit.js';
import { loadDraft } from './load-draft.js';
import type { LoadedDraft } from './load-draft.js';
import type { CatalogueFile } from './model.js';

const FILES: readonly CatalogueFile[] = [CRITERIA, OBJECTIVES, ACCOUNT_TYPE, controlFile()];
const draftOf = (text: string, files: readonly CatalogueFile[] = FILES): LoadedDraft => loadDraft(files, text, KINDS);
const other = (text: string, path: string): CatalogueFile => controlFile(text.replace('id: admin-mfa', `id: ${path.replace(/^.*\/|\.yaml$/g, '')}`), path);

describe('a draft', () => {
  it('takes the place of the file with its id, and of no other', () => {
    const files = [...FILES, other(CONTROL, 'controls/other.yaml')];
    const { draft, faults } = draftOf(CONTROL.replace('limit: 24h', 'limit: 8h'), files);
    expect(faults).toEqual([]);
    expect(draft?.control).toMatchObject({ id: 'admin-mfa', params: { limit: '8h' } });
    expect(draft?.catalogue.controls.get('admin-mfa')).toBe(draft?.control);
    expect([...(draft?.catalogue.controls.keys() ?? [])].sort()).toEqual(['admin-mfa', 'other']);
    expect(draft?.catalogue.controls.get('other')?.params).toEqual({ limit: '24h' });
  });

  it('of a control that is not there yet is one more', () => {
    const { draft } = draftOf(CONTROL.replace('id: admin-mfa', 'id: admin-mfa-new'));
    expect([...(draft?.catalogue.controls.keys() ?? [])].sort()).toEqual(['admin-mfa', 'admin-mfa-new']);
    expect(draft?.control.id).toBe('admin-mfa-new');
  });

  it('is overridden as the file is whose place it takes', () => {
    const override: CatalogueFile = { role: 'override', path: 'own/overrides/admin-mfa.yaml', text: 'control: admin-mfa\nowner: sec\nparams: {limit: 4h}\n' };
    const { draft } = draftOf(CONTROL.replace('limit: 24h', 'limit: 8h'), [...FILES, override]);
    expect(draft?.control).toMatchObject({ owner: 'sec', params: { limit: '4h' } });
  });

  it('gives the logic that the file would have, so that it can be told whether anything but words changed', () => {
    const before = draftOf(CONTROL).draft?.control;
    expect(draftOf(CONTROL.replace('title: Admin', 'title: All admin')).draft?.control.logicHash).toBe(before?.logicHash);
    expect(draftOf(CONTROL.replace('assert: account.mfa', 'assert: "!account.mfa"')).draft?.control.logicHash).not.toBe(before?.logicHash);
  });

  it('with a fault is refused, by the line of the text that was sent', () => {
    const { draft, faults } = draftOf(CONTROL.replace('key: account.account', 'key: account.acount'));
    expect(draft).toBeUndefined();
    const line = CONTROL.split('\n').findIndex((text) => text.includes('key: account.account')) + 1;
    expect(faults).toEqual([expect.objectContaining({ file: 'admin-mfa.yaml', line, severity: 'error', message: expect.stringContaining('acount') })]);
  });

  it('says only its own warnings, not those of the files beside it', () => {
    const files = [...FILES, other(CONTROL.replace('owner: it\n', ''), 'controls/other.yaml')];
    expect(draftOf(CONTROL, files).faults).toEqual([]);
    expect(draftOf(CONTROL.replace('owner: it\n', ''), files).faults).toEqual([expect.objectContaining({ file: 'admin-mfa.yaml', message: 'nobody owns this control', severity: 'warning' })]);
  });

  it.each([
    ['that has no id', CONTROL.replace('id: admin-mfa\n', '')],
    ['whose id is no text', CONTROL.replace('id: admin-mfa', 'id: 7')],
    ['whose id is a path', CONTROL.replace('id: admin-mfa', 'id: ../admin-mfa')],
    ['that is a list', '- id: admin-mfa\n'],
    ['that is no YAML', 'id: [admin-mfa\n'],
    ['that is empty', ''],
  ])('%s is refused under a name of its own', (_, text) => {
    const { draft, faults } = draftOf(text);
    expect(draft).toBeUndefined();
    expect(faults.filter(({ severity }) => severity === 'error').map(({ file }) => file)).toContain('draft.yaml');
  });
});
