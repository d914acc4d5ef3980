import type { ControlDefinition } from '@tickmark/catalogue';
import type { ControlTestReport } from '@tickmark/evaluation';

export interface TestedControl {
  readonly control: ControlDefinition;
  readonly report: ControlTestReport;
}
