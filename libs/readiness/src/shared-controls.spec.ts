import { expect, it } from '@jest/globals';
import { aCatalogue, aControl, aScope, anAttestation } from './readiness.testkit.js';
import { sharedControls } from './shared-controls.js';

const MFA = aControl('mfa', { maps: { tsc: ['CC6.1', 'A1.2'], soc1: ['LA-1'] } });
const REVIEW = anAttestation('review', { maps: { tsc: ['CC6.1', 'CC6.2'], soc1: ['LA-2', 'LA-1'] } });
const PAID = aControl('paid', { maps: { tsc: [], soc1: ['PAY-4'] }, inputs: [{ alias: 'paid', type: 'payroll.disbursed' }] });
const CATALOGUE = aCatalogue([MFA, REVIEW, PAID]);

it('controls of both reports are run once: what they serve, and what is not done twice', () => {
  expect(sharedControls(aScope(CATALOGUE))).toEqual({
    controls: [
      { id: 'mfa', title: 'The control mfa', criteria: ['CC6.1'], objectives: ['LA-1'] },
      { id: 'review', title: 'The control review', criteria: ['CC6.1', 'CC6.2'], objectives: ['LA-2', 'LA-1'] },
    ],
    controlsInScope: 3,
    criteria: ['CC6.1', 'CC6.2'],
    objectives: ['LA-1', 'LA-2'],
    notDoneTwice: { tests: 2, confirmations: 1, eventTypes: 1 },
    objectivesByMapping: { shared: 1, partial: 1, 'soc1-only': 1 },
    text:
      '2 of 3 controls in scope serve both reports: 2 criteria and 2 objectives. Run as one set, 2 controls are tested once instead of twice, ' +
      '1 confirmation is given once, and 1 type of evidence connected once.',
  });
});

it('nothing is shared where only one report is in scope', () => {
  expect(sharedControls(aScope(CATALOGUE, { reports: ['soc1'] }))).toMatchObject({ controls: [], text: 'No control in scope serves both reports.' });
  expect(sharedControls(aScope(CATALOGUE, { reports: ['soc2'] }))).toMatchObject({ controls: [] });
});
