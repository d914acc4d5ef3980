import { FORMATS, formatById } from '@tickmark/formats';
import type { Format } from '@tickmark/formats';

/** Formats that are part of the program, and mappings as they lie in the catalogue now. */
export class KnownFormats {
  constructor(private readonly mapped: () => ReadonlyMap<string, Format>) {}

  byId(id: string): Format | undefined {
    return formatById(id) ?? this.mapped().get(id);
  }

  all(): readonly Format[] {
    return [...FORMATS, ...this.mapped().values()];
  }
}
