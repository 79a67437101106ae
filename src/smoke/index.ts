export { SmokeModule } from './smoke.module.js';
