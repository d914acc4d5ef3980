import type { Desk } from '../desk.js';
import type { Fact } from '../fact.js';
import type { NoticeKind } from '../notice.js';
import type { Target } from '../routing.js';

/** One step on a fact's way to a notice: none, one or several go on to the next. */
export type Stage<From, To> = (item: From, desk: Desk) => readonly To[];

/** A fact on its way to one destination. */
export interface Alert {
  readonly fact: Fact;
  readonly target: Target;
}

/** With what it has to tell. */
export interface DecidedAlert extends Alert {
  readonly kind: NoticeKind;
}

/** With the earliest instant at which it may be told. */
export interface HeldAlert extends DecidedAlert {
  readonly readyMs: number;
}

class Pipeline<From, To> {
  constructor(readonly run: Stage<From, To>) {}

  then<Next>(stage: Stage<To, Next>): Pipeline<From, Next> {
    return new Pipeline((item, desk) => this.run(item, desk).flatMap((result) => stage(result, desk)));
  }
}

export const beginWith = <From, To>(stage: Stage<From, To>): Pipeline<From, To> => new Pipeline(stage);
