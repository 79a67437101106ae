export { Supervisor, type SupervisorOptions } from './supervisor.js';
export { WorkerLink } from './worker-link.js';
