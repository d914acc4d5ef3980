import type { GapCause } from '@tickmark/contracts';
import type { NoticeGap } from './notice.js';

const GAP_TITLES: Readonly<Record<GapCause, (gap: Pick<NoticeGap, 'feed' | 'check'>) => string>> = {
  'feed-silent': ({ feed }) => `Feed ${feed ?? '(unnamed)'} is silent`,
  'incomplete-population': ({ check }) => `The population of ${check ?? 'a check'} is incomplete`,
  'check-error': ({ check }) => `Check ${check ?? '(unnamed)'} cannot be computed`,
  unreconciled: () => 'Evidence received and evidence judged differ',
  altered: () => 'What is kept is not what was received',
  conflict: ({ feed }) => `Feed ${feed ?? '(unnamed)'} sent one id with two contents`,
  'dead-letter': () => 'A message could not be read',
  epoch: () => 'The ledger began a new epoch',
  'not-judged': () => 'Evidence is received but not judged in time',
  unsealed: () => 'The ledger is not sealed in time',
};

export const gapTitle = (gap: Pick<NoticeGap, 'cause' | 'feed' | 'check'>): string => GAP_TITLES[gap.cause](gap);
