import type { Attributes } from '@opentelemetry/api';
import { GenAi } from '../conventions/index.js';
import { isRecord, type Fields } from './fields.js';

/** Parameters of a request by their names in the SDKs. Content is not among them. */
const PARAMETERS: ReadonlyArray<readonly [parameter: string, attribute: string]> = [
  ['model', GenAi.requestModel],
  ['max_tokens', GenAi.requestMaxTokens],
  ['max_completion_tokens', GenAi.requestMaxTokens],
  ['max_output_tokens', GenAi.requestMaxTokens],
  ['temperature', GenAi.requestTemperature],
  ['top_p', GenAi.requestTopP],
  ['top_k', GenAi.requestTopK],
  ['frequency_penalty', GenAi.requestFrequencyPenalty],
  ['presence_penalty', GenAi.requestPresencePenalty],
  ['seed', GenAi.requestSeed],
  ['stream', GenAi.requestStream],
];

/** The parameters of the request that is one of a call's arguments: the first one with a model. */
export function requestAttributes(args: readonly unknown[]): Attributes {
  try {
    const request = args.find((arg) => isRecord(arg) && typeof arg['model'] === 'string');
    return request === undefined ? {} : parametersOf(request as Fields);
  } catch {
    return {};
  }
}

/** The parameters that are there, 0 and false included. */
export function parametersOf(request: Fields): Attributes {
  const attributes: Attributes = {};
  for (const [parameter, attribute] of PARAMETERS) {
    const value = request[parameter];
    const told = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
    if (told) attributes[attribute] = value as string | number | boolean;
  }
  return attributes;
}
