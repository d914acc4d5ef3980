import type { ControlDefinition } from '@tickmark/catalogue';
import { HttpProblem } from '@tickmark/platform';
import type { View } from './view.js';

export function definitionOf(view: View, id: string): ControlDefinition {
  const control = view.active.catalogue.controls.get(id);
  if (control === undefined) throw new HttpProblem(404, 'There is no control with this id; GET /v1/controls lists them.');
  return control;
}
