export { RepricingModule } from './repricing.module.js';
export type { RepricingAnswer } from './repricing.schema.js';
