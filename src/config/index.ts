export {
  AppConfig,
  type AnthropicConfig,
  type DatabaseConfig,
  type HttpConfig,
  type LlmConfig,
  type OpenAiApi,
  type OpenAiConfig,
  type RecyclingConfig,
  type WebhookConfig,
} from './app-config.js';
export { ConfigModule } from './config.module.js';
export { ConfigError, loadConfig } from './load-config.js';
