export { LeaseModule } from './lease.module.js';
export { LeaseService } from './lease.service.js';
export { LeaseLostError, type Lease } from './lease.js';
