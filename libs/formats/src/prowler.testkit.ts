import { expect } from '@jest/globals';

/** Ids that hold a hash of the record; that they differ and stay the same is tested below. */
export const derived = (start: string): string => expect.stringMatching(new RegExp(`^${start}#[0-9a-f]{32}(#\\d+)?$`)) as unknown as string;
export interface FindingData {
  readonly resource: string;
  readonly [name: string]: unknown;
}

interface Place {
  readonly id: string;
  readonly source: string;
  readonly time: string;
}
export const finding = (index: number, place: Place, data: FindingData): object => ({
  index,
  type: 'config.finding',
  subject: data.resource,
  ...place,
  data,
});
