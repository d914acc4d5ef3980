import type { EngagementDefinition } from '@tickmark/reporting';

const LONGEST = 60;
const word = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, LONGEST).replaceAll(/^-+|-+$/g, '');

/** `tickmark-<entity>-<period>.zip`: our own letters only, whatever the entity is called. */
export function fileNameOf({ entity, time }: Pick<EngagementDefinition, 'entity' | 'time'>, entityOfHouse: string): string {
  const period = time.type === 'II' ? `${time.from.slice(0, 10)}-to-${time.to.slice(0, 10)}` : time.asOf.slice(0, 10);
  return `tickmark-${word(entity ?? entityOfHouse) || 'entity'}-${period}.zip`;
}
