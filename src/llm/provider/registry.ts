import { Inject, Injectable } from '@nestjs/common';
import { providerOf } from '../../genai/pricing/index.js';
import { Problem, invalidRequest } from '../../http/index.js';
import type { ModelProvider } from './model-provider.js';

/** Injection token of the list of all providers. */
export const MODEL_PROVIDERS = Symbol('MODEL_PROVIDERS');

/** Who is asked, and for which model. */
export interface Choice {
  readonly provider: ModelProvider;
  /** Without the provider's prefix. */
  readonly model: string;
}

/** Knows the providers, and which of them a call goes to. */
@Injectable()
export class ProviderRegistry {
  constructor(@Inject(MODEL_PROVIDERS) readonly all: readonly ModelProvider[]) {}

  /**
   * Who answers for a model: the provider that the request names, else the one before the slash
   * (`openai/gpt-5.2`), else the maker that the model's name tells, else the first provider that
   * has a key.
   *
   * @throws {Problem} 422 of a provider that there is none of, 503 naming the variable to set when
   * it has no key
   */
  choose({ model, provider: named }: Asked): Choice {
    const choice = named === undefined ? this.#byModel(model) : this.#byName(named, model);
    if (choice.provider.missingVariable !== undefined) throw notConfigured(choice.provider);
    return choice;
  }

  isConfigured(name: string): boolean {
    return this.all.some((one) => one.name === name && one.missingVariable === undefined);
  }

  #byName(name: string, model: string): Choice {
    const provider = this.#find(name);
    if (provider) return { provider, model };
    const names = this.all.map((one) => one.name).join(', ');
    throw invalidRequest([{ path: 'provider', message: `Must be one of: ${names}` }]);
  }

  #byModel(model: string): Choice {
    const slash = model.indexOf('/');
    const prefixed = this.#find(model.slice(0, Math.max(0, slash)));
    if (prefixed) return { provider: prefixed, model: model.slice(slash + 1) };
    const made = this.#find(providerOf(model) ?? '');
    const provider =
      made ?? this.all.find((one) => one.missingVariable === undefined) ?? this.all[0];
    if (!provider) throw new Error('No provider is registered');
    return { provider, model };
  }

  #find(name: string): ModelProvider | undefined {
    return this.all.find((one) => one.name === name);
  }
}

interface Asked {
  readonly model: string;
  readonly provider?: string;
}

function notConfigured({ name, missingVariable }: ModelProvider): Problem {
  return new Problem({
    status: 503,
    kind: 'provider-not-configured',
    detail: `The provider ${name} is not configured. Set the environment variable ${missingVariable} and restart the service.`,
    extensions: { provider: name },
  });
}
