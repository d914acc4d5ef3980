export const DAY_MS = 86_400_000;

/** `2026-03-02`, in UTC. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const dayIndex = (ms: number): number => Math.floor(ms / DAY_MS);
