import {
  findProvider,
  type MatchLogic,
  type ModelInfo,
  type Provider,
} from '@pydantic/genai-prices';
import { baseModel, coversModel } from './model-id.js';

/** A model of the catalogue and the provider that lists it. */
export interface CatalogueModel {
  readonly provider: Provider;
  readonly model: ModelInfo;
}

/** How well a rule matches: not; by a part of the id; by all that tells the model; by name. */
type Strength = 0 | 1 | 2 | 3;
const LOOSE = 1;
const COVERED = 2;
const NAMED = 3;

/**
 * Finds a model id (in lower case) with a provider of the catalogue and the providers that it
 * passes models on from.
 *
 * The catalogue's rules are often prefixes, and would take `claude-sonnet-5-5` for
 * `claude-sonnet-5`. Such a match is no price: it is given as `near`, and is not a model found.
 */
export function findModel(
  provider: Provider,
  id: string,
): { readonly found?: CatalogueModel; readonly near?: CatalogueModel } {
  const providers = [provider, ...fallbacks(provider)];
  let near: CatalogueModel | undefined;
  for (const spelling of new Set([id, withDashedDate(id), baseModel(id)])) {
    for (const candidate of providers) {
      const { model, strength } = best(candidate, spelling);
      if (!model) continue;
      if (strength >= COVERED) return { found: { provider: candidate, model } };
      near ??= { provider: candidate, model };
    }
  }
  return { near };
}

function fallbacks(provider: Provider): Provider[] {
  return (provider.fallback_model_providers ?? []).flatMap(
    (providerId) => findProvider({ providerId }) ?? [],
  );
}

/** The catalogue writes dates with dashes or without, and providers do not always agree. */
function withDashedDate(id: string): string {
  return id.replace(/-(20\d\d)([01]\d)([0-3]\d)(?=-|:|$)/, '-$1-$2-$3');
}

/** The best match; of equally good ones the first, which is the one the catalogue would take. */
function best(provider: Provider, id: string): { model?: ModelInfo; strength: Strength } {
  let winner: { model?: ModelInfo; strength: Strength } = { strength: 0 };
  for (const model of provider.models) {
    // Its own id is a name of a model, though not every provider takes it for one.
    const named = id === model.id.toLowerCase() ? COVERED : 0;
    const strength = stronger(named, matchStrength(model.match, id));
    if (strength > winner.strength) winner = { model, strength };
  }
  return winner;
}

function matchStrength(logic: MatchLogic, id: string): Strength {
  if ('or' in logic) return strengths(logic.or, id).reduce(stronger, 0);
  if ('and' in logic) return strengths(logic.and, id).reduce(weaker, NAMED);
  if ('equals' in logic) return id === logic.equals.toLowerCase() ? NAMED : 0;
  if ('regex' in logic) return new RegExp(logic.regex).test(id) ? NAMED : 0;
  if ('starts_with' in logic) {
    const text = logic.starts_with.toLowerCase();
    return id.startsWith(text) ? coverage(id, 0, text) : 0;
  }
  if ('ends_with' in logic) {
    const text = logic.ends_with.toLowerCase();
    return id.endsWith(text) ? coverage(id, id.length - text.length, text) : 0;
  }
  const text = logic.contains.toLowerCase();
  const start = id.indexOf(text);
  return start >= 0 ? coverage(id, start, text) : 0;
}

function coverage(id: string, start: number, text: string): Strength {
  return coversModel(id, start, start + text.length) ? COVERED : LOOSE;
}

function strengths(rules: readonly MatchLogic[], id: string): Strength[] {
  return rules.map((rule) => matchStrength(rule, id));
}

const stronger = (a: Strength, b: Strength): Strength => (a > b ? a : b);
const weaker = (a: Strength, b: Strength): Strength => (a < b ? a : b);
