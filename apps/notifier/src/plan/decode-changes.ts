import { stateChangeMessage } from '@tickmark/contracts';
import type { StateChangeMessage, StoredMessage } from '@tickmark/contracts';
import { decodeMessage } from '@tickmark/messaging';

export interface Unreadable {
  readonly message: StoredMessage;
  readonly reason: string;
}

interface Decoded {
  readonly readable: readonly StateChangeMessage[];
  readonly unreadable: readonly Unreadable[];
}

export function decodeChanges(messages: readonly StoredMessage[]): Decoded {
  const readable: StateChangeMessage[] = [];
  const unreadable: Unreadable[] = [];
  for (const message of messages) {
    const result = decodeMessage(stateChangeMessage, message.value);
    if (result.ok) readable.push(result.value);
    else unreadable.push({ message, reason: result.error });
  }
  return { readable, unreadable };
}
