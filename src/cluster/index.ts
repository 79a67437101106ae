export { inheritedDescriptors } from './inheritance.js';
export type { PortShare } from './shares.js';
export { Supervisor, type SupervisorOptions } from './supervisor.js';
export {
  WorkerLink,
  askForSuccessor,
  onRetirement,
  tellLeaving,
  tellListening,
} from './worker-link.js';
