export { RepricingModule } from './repricing.module.js';
