export { ConversationModule } from './conversation.module.js';
