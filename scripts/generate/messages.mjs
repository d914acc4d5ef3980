import { TOPICS, controlEventMessage, stateChangeMessage } from '@tickmark/contracts';
import { z } from 'zod';

const MESSAGES = [
  { topic: TOPICS.controlEvents, schema: controlEventMessage, key: 'the event’s subject, else its source' },
  { topic: TOPICS.stateChanges, schema: stateChangeMessage, key: 'check and key' },
];

/** One JSON Schema for each topic that other systems may subscribe to. */
export function messageSchemas() {
  return MESSAGES.map(({ topic, schema, key }) => {
    const body = z.toJSONSchema(schema, { target: 'draft-2020-12', unrepresentable: 'any' });
    const document = { title: topic, description: `Messages of the topic ${topic}; key: ${key}.`, ...body };
    return { file: `docs/reference/messages/${topic}.schema.json`, text: `${JSON.stringify(document, null, 2)}\n` };
  });
}
