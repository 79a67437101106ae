export { WorkflowModule } from './workflow.module.js';
