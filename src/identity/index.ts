export { accessOf } from './access.js';
export { AdminOnly } from './admin-only.js';
export { registerAuthentication } from './authenticate.js';
export { AskedBy, ownerSeenBy, type Caller, type Role } from './caller.js';
export { IdentityModule } from './identity.module.js';
export type { CreatedKey, KeyList } from './keys.schema.js';
export { KeyRing } from './key-ring.js';
export { RateLimits } from './rate-limits.js';
