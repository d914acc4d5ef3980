/** A control as written, and the period [fromMs, toMs) that it is judged over. */
export interface BacktestRequest {
  readonly yaml: string;
  readonly fromMs: number;
  readonly toMs: number;
}
