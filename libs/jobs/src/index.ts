export { JobQueue } from './job-queue.js';
export type { Turn } from './job-queue.js';
export { JobWorker } from './job-worker.js';
export type { WorkerSettings } from './job-worker.js';
export type { JobSettings } from './redis.js';
