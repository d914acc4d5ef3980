import { DEVIATION_STATUSES, GAP_CAUSES, SEVERITIES, STATES } from '@tickmark/contracts';
import { ROLL_UP_WORDS } from '@tickmark/reporting';
import { z } from 'zod';

export const instantText = z.string().meta({ format: 'date-time' });
export const instantTextOrNull = instantText.nullable();
export const count = z.int().nonnegative();
export const state = z.enum(STATES);
export const severity = z.enum(SEVERITIES);
export const rollUpState = z.enum(ROLL_UP_WORDS);
export const deviationStatus = z.enum(DEVIATION_STATUSES);
export const gapCause = z.enum(GAP_CAUSES);
export const maps = z.strictObject({ tsc: z.array(z.string()), soc1: z.array(z.string()) });
export const judgedUntil = { judgedUntil: instantTextOrNull };
