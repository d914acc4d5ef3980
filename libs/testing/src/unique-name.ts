import { randomBytes } from 'node:crypto';

/** A name that no other spec has: a prefix for topics, consumer groups, queues. */
export const uniqueName = (what: string): string => `${what}-${randomBytes(6).toString('hex')}`;

/** A prefix for topics, with its dot. */
export const uniqueTopicPrefix = (): string => `${uniqueName('spec')}.`;
