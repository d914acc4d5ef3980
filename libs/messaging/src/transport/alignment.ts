import { UNKNOWN_POSITION } from '@tickmark/contracts';
import type { Standing } from './standings.js';

/** What Kafka handed over, by offsets. `endOffset` is the one after the partition's last message. */
export interface Handed {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly endOffset: number;
}

/**
 * Where to begin with what Kafka handed over. Before the position was asked for, Kafka begins at its own hint. After
 * that, a later beginning is a hole (Kafka no longer holds what is between), and a partition that ends before our
 * position was made anew.
 */
export function align({ position, sought }: Standing, { firstOffset, lastOffset, endOffset }: Handed): 'read' | 'seek' | 'lost' {
  if (position === UNKNOWN_POSITION) return sought ? 'read' : 'seek';
  if (firstOffset <= position && position <= lastOffset) return 'read';
  if (firstOffset > position) return sought ? 'read' : 'seek';
  return sought && endOffset < position ? 'lost' : 'seek';
}
