import type { Criterion, EventType, KindDescriptor, Objective } from './model.js';

/** All that a control may refer to. */
export interface Known {
  readonly criteria: ReadonlyMap<string, Criterion>;
  readonly objectives: ReadonlyMap<string, Objective>;
  readonly eventTypes: ReadonlyMap<string, EventType>;
  /** Types whose own file is at fault: said there, not again at every control that reads them. */
  readonly brokenTypes: ReadonlySet<string>;
  readonly kinds: ReadonlyMap<string, KindDescriptor>;
}
