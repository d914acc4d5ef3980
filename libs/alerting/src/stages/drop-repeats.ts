import type { StateChangeMessage } from '@tickmark/contracts';
import type { Stage } from './stage.js';

/** What has an old epoch or sequence was planned before. */
export const dropRepeats: Stage<StateChangeMessage, StateChangeMessage> = (message, desk) => {
  const key = messageKeyOf(message);
  const last = desk.positionOf(key);
  const { epoch, sequence } = message;
  if (last !== undefined && (epoch < last.epoch || (epoch === last.epoch && sequence <= last.sequence))) return [];
  desk.setPosition(key, { epoch, sequence });
  return [message];
};

/** The Kafka key of a state change: order is kept for each (check, key) and each gap. */
export function messageKeyOf(message: StateChangeMessage): string {
  if ('gap' in message) return `gap/${message.gap.id}`;
  return `${message.control}/${message.check}/${message.key}`;
}
