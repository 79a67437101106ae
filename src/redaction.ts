import { ConfigError } from './config/index.js';
import { RedactionRuleError, Redactor, parseRules } from './genai/redaction/index.js';

/**
 * The redactor of logs and spans, with the rules of `SPANLEDGER_REDACTION`.
 *
 * @param apiKeys - callers' keys that have no form by which they are known
 * @throws {ConfigError} naming the variable and what is wrong with which rule
 */
export function openRedactor(
  rules: string | undefined,
  apiKeys: ReadonlyArray<{ readonly key: string }> = [],
): Redactor {
  try {
    return new Redactor(
      parseRules(rules),
      apiKeys.map(({ key }) => key),
    );
  } catch (error) {
    if (error instanceof RedactionRuleError) {
      throw new ConfigError([`SPANLEDGER_REDACTION: ${error.message}`]);
    }
    throw error;
  }
}
