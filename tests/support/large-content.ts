const LINES_AT_ONCE = 1_000;

const digits = (value: number, width: number): string => String(value).padStart(width, '0').slice(-width);

/** A payroll file whose totals agree, a thousand records at a time. */
export function* achLines(batches: number, entries: number): Generator<string> {
  yield '101 231380104 1210428822611231200A094101Federal Reserve Bank   Larkspur Payroll               \n';
  for (let batch = 1; batch <= batches; batch += 1) {
    yield `5220Larkspur Payroll                    121042882 PPDPAYROLL         261125   112104288${digits(batch, 7)}\n`;
    for (let from = 1; from <= entries; from += LINES_AT_ONCE) {
      const count = Math.min(LINES_AT_ONCE, entries + 1 - from);
      yield Array.from({ length: count }, (_, at) => `622231380104${digits(batch * entries + from + at, 17)}0000125000W-${digits(from + at, 13)}Ines Example            012104288${digits(from + at, 7)}\n`).join('');
    }
    const totals = `${digits(entries, 6)}${digits(23_138_010 * entries, 10)}${digits(0, 12)}${digits(125_000 * entries, 12)}`;
    yield `8220${totals}121042882                          12104288${digits(batch, 7)}\n`;
  }
  const all = batches * entries;
  const blocks = Math.ceil((2 + batches * 2 + all) / 10);
  const totals = `${digits(all, 8)}${digits(23_138_010 * all, 10)}${digits(0, 12)}${digits(125_000 * all, 12)}`;
  yield `${`9${digits(batches, 6)}${digits(blocks, 6)}${totals}`.padEnd(94)}\n`;
}

const SERVICES = 5_000;

/** Lines of CloudEvents of about so many bytes together: probes of services, some 450 bytes each. */
export function eventLines(bytes: number): { readonly count: number; readonly lines: Iterable<string> } {
  const lineOf = (index: number): string => {
    const service = `service-${digits(index % SERVICES, 5)}.${'payroll.larkspur.example.'.repeat(5)}`;
    const data = { service, up: true };
    const time = new Date(Date.UTC(2026, 9, 1) + index * 1_000).toISOString();
    return `${JSON.stringify({ specversion: '1.0', id: `probe-${digits(index, 9)}`, source: '/prober/export', type: 'service.probed', subject: service, time, data })}\n`;
  };
  const count = Math.ceil(bytes / lineOf(0).length);
  return {
    count,
    lines: (function* () {
      for (let from = 0; from < count; from += LINES_AT_ONCE) {
        yield Array.from({ length: Math.min(LINES_AT_ONCE, count - from) }, (_, at) => lineOf(from + at)).join('');
      }
    })(),
  };
}
