import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePriceOverrides, PriceBook, PriceFileError } from './index.js';

const FILE = 'prices.json';

function faultsOf(text: string): string[] {
  try {
    parsePriceOverrides(text, FILE);
  } catch (error) {
    if (!(error instanceof PriceFileError)) throw error;
    return error.faults.map(({ line, message }) => `${line}: ${message}`);
  }
  return [];
}

describe('parsePriceOverrides', () => {
  it('reads a file', () => {
    const text = `{
      "prices": [
        { "provider": "anthropic", "model": "claude-sonnet-5-5", "effective_from": "2026-11-01",
          "input": "2.00", "output": 10, "cache_read": "0.20",
          "tiers": [{ "above": 200000, "input": "4" }] },
        { "provider": "anthropic", "model": "*",
          "service_tiers": { "batch": { "multiplier": "0.5" } } }
      ]
    }`;
    const overrides = parsePriceOverrides(text, FILE);
    expect(overrides).toEqual((JSON.parse(text) as { prices: unknown }).prices);
    expect(
      new PriceBook({ overrides }).find({
        provider: 'anthropic',
        model: 'claude-sonnet-5-5',
        at: new Date('2026-11-20'),
      }),
    ).toMatchObject({
      ref: { source: 'override', id: 'anthropic/claude-sonnet-5-5@2026-11-01' },
      perMillionTokens: { input: '2', output: '10', cacheRead: '0.2', reasoning: '10' },
      longContext: [{ above: 200_000, perMillionTokens: { input: '4', output: '10' } }],
    });
  });

  it('names every fault, each with its line', () => {
    const text = `{
  "prices": [
    { "model": "a", "input": "1", "outptu": "2" },
    { "model": "b*c", "input": "1", "output": "-2" },
    { "model": "d",
      "effective_from": "2026-02-30",
      "input": 0.30000000000000004,
      "output": "1e3",
      "tiers": [{ "input": "1" }, { "above": 1.5 }] },
    { "model": "e", "input": "1", "output": "3000000" },
    { "model": "f", "effective_from": "2026-03-01", "effective_to": "2026-03-01",
      "input": "1", "output": "1" },
    { "model": "f", "effective_from": "2026-03-01", "input": "1", "output": "1" },
    { "model": "g", "cache_read": "1" },
    { "model": "h", "service_tiers": { "batch": { "multiplier": "x", "note": "" } } },
    { "model": "i" },
    "j"
  ],
  "version": 1
}`;
    const price = 'must be a decimal such as "0.075", not negative, at most 100000';
    const keys =
      'provider, model, effective_from, effective_to, input, output, cache_read, cache_write_5m, ' +
      'cache_write_1h, reasoning, web_search, tiers, service_tiers';
    expect(faultsOf(text)).toEqual([
      `3: prices[0].outptu is not a key here; known are ${keys}`,
      '3: prices[0] must have both "input" and "output", or neither',
      '4: prices[1].model must be a model id without spaces, with "*" at most at its end',
      `4: prices[1].output ${price}`,
      '6: prices[2].effective_from must be a date such as "2026-03-13", or a time such as "2026-03-13T10:00:00Z"',
      `7: prices[2].input ${price}`,
      `8: prices[2].output ${price}`,
      '9: prices[2].tiers[0] must have "above"',
      '9: prices[2].tiers[1].above must be a number of tokens',
      `10: prices[3].output ${price}`,
      '11: prices[4] must have an "effective_to" after its "effective_from"',
      '13: prices[5] is for the same as entry 5 of the list',
      '14: prices[6] must have "input" and "output" with "cache_read"',
      `15: prices[7].service_tiers.batch.multiplier ${price}`,
      '15: prices[7].service_tiers.batch.note is not a key here; known are multiplier',
      '16: prices[8] must have prices or "service_tiers"',
      '17: prices[9] must be an object',
      '19: version is not a key here; known are prices',
    ]);
  });

  it('refuses two prices for the same model and time, however they are written', () => {
    const text = `{ "prices": [
      { "provider": "azure", "model": "gpt-4o", "effective_from": "2026-01-01", "input": "1", "output": "1" },
      { "provider": "azure.ai.openai", "model": "GPT-4o", "effective_from": "2026-01-01T00:00:00Z", "input": "2", "output": "1" }
    ] }`;
    expect(faultsOf(text)).toEqual(['3: prices[1] is for the same as entry 1 of the list']);
  });

  it('has a message to print', () => {
    expect(() => parsePriceOverrides('{"price": []}', FILE)).toThrow(
      'prices.json has 2 faults:\n  line 1: price is not a key here; known are prices\n  line 1: the file must have "prices"',
    );
  });

  it.each([
    ['', '1: the file ends too early'],
    ['\n\n  ', '3: the file ends too early'],
    ['{\n"prices": [\n', '3: the file ends too early'],
    ['{\n  "prices": [],\n}', '3: found } instead of something after the ","'],
    ['{\n  // mine\n}', '2: not JSON: //'],
    ["{\n  'prices': [] }", "2: not JSON: 'prices':"],
    ['{"prices": [] "x": 1}', '1: found "x" instead of "," or "}"'],
    ['{"prices" []}', '1: found [ instead of ":"'],
    ['{prices: []}', '1: not JSON: prices:'],
    ['{"prices": []}\n{}', '1: there is more after the end of the JSON value'],
    ['{"prices": [],\n "prices": []}', '2: the key "prices" stands here twice'],
    ['{"prices": "\\q"}', '1: not JSON: "\\q"'],
    ['[]', '1: the file must be an object'],
    ['null', '1: the file must be an object'],
  ])('says where %j is not a price file', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('does not follow nesting for ever', () => {
    expect(faultsOf('['.repeat(100_000))).toEqual(['1: nested too deeply']);
  });

  it('takes a byte order mark and Windows line ends', () => {
    const text =
      '\uFEFF{\r\n  "prices": [\r\n    { "model": "m", "input": "x", "output": "1" }\r\n]}';
    expect(faultsOf(text)).toEqual([expect.stringMatching(/^3: prices\[0\]\.input must be/)]);
  });

  it('reads JSON as JSON.parse does, except for keys that stand twice', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.integer({ min: 0, max: 3 }), (text, indent) => {
        const pretty = JSON.stringify(JSON.parse(text), null, indent);
        // Whatever it is, it is no price file; but it is JSON.
        for (const fault of faultsOf(pretty)) expect(fault).not.toContain('not JSON');
      }),
    );
  });

  it('refuses keys that objects have by nature', () => {
    const text = '{"prices": [{"model": "m", "input": "1", "output": "1", "__proto__": {}}]}';
    expect(faultsOf(text)).toEqual([expect.stringContaining('__proto__ is not a key here')]);
  });
});
