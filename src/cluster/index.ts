export { Supervisor, type SupervisorOptions } from './supervisor.js';
export { WorkerLink, askForSuccessor, onRetirement } from './worker-link.js';
