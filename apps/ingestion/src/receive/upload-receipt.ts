import type { PackedList } from '@tickmark/formats';
import type { Rejection } from '@tickmark/persistence';
import type { KeptEvent } from '../append/append-request.js';
import type { Receipt } from './receive-delivery.js';

export type UploadReceipt =
  | {
      readonly outcome: 'uploaded';
      readonly deliveryId: string;
      readonly accepted: number;
      readonly repeated: number;
      readonly ignored: number;
      readonly rejected: PackedList<Rejection>;
      readonly events: PackedList<KeptEvent>;
    }
  | Exclude<Receipt, { outcome: 'received' | 'handshake' }>;
