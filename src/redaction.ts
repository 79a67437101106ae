import { ConfigError } from './config/index.js';
import { RedactionRuleError, Redactor, parseRules } from './genai/redaction/index.js';

/**
 * The redactor of logs and spans, with the rules of `SPANLEDGER_REDACTION`.
 *
 * @throws {ConfigError} naming the variable and what is wrong with which rule
 */
export function openRedactor(rules: string | undefined): Redactor {
  try {
    return new Redactor(parseRules(rules));
  } catch (error) {
    if (error instanceof RedactionRuleError) {
      throw new ConfigError([`SPANLEDGER_REDACTION: ${error.message}`]);
    }
    throw error;
  }
}
