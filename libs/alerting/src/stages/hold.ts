import type { DecidedAlert, HeldAlert, Stage } from './stage.js';

/** Only an opening is held back: what ended or was withdrawn is told without delay. */
export const hold: Stage<DecidedAlert, HeldAlert> = (alert, desk) => {
  const held = alert.kind === 'opened' || alert.kind === 'gap-opened';
  return [{ ...alert, readyMs: desk.context.nowMs + (held ? alert.target.holdMs : 0) }];
};
