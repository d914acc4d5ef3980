import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const KIB = 1_024;

/** Why the memory of a process cannot be measured here; undefined when it can. */
export const whyNoPeakMemory = (): string | undefined => (existsSync('/proc/self/clear_refs') ? undefined : 'no /proc to measure memory with');

const line = (pid: number, name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) * KIB;

/** Bytes of memory that a process holds now. */
export const residentMemory = (pid: number): number => line(pid, 'VmRSS');

/** From here on the highest amount counts anew. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

/** The most that a process held since `forgetPeak`. */
export const peakMemory = (pid: number): number => line(pid, 'VmHWM');
