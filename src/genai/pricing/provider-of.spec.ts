import { describe, expect, it } from 'vitest';
import { providerOf } from './index.js';

describe('providerOf', () => {
  it.each([
    ['claude-sonnet-4-6', 'anthropic'],
    ['Claude-3-Opus', 'anthropic'],
    ['gpt-4o-mini', 'openai'],
    ['chatgpt-4o-latest', 'openai'],
    ['o1', 'openai'],
    ['o3-mini', 'openai'],
    ['o4-mini-2025-04-16', 'openai'],
    ['text-embedding-3-small', 'openai'],
    ['ft:gpt-4o-2024-08-06:acme::AbC', 'openai'],
    ['gemini-2.5-pro', 'gcp.gemini'],
    ['models/gemini-2.5-pro', 'gcp.gemini'],
    ['llama-3.3-70b', 'meta'],
    ['llama3.1', 'meta'],
    ['mistral-large-latest', 'mistral_ai'],
    ['codestral-2501', 'mistral_ai'],
    ['open-mixtral-8x7b', 'mistral_ai'],
    ['grok-4', 'x_ai'],
    ['deepseek-chat', 'deepseek'],
    ['command-r-plus', 'cohere'],
    ['kimi-k2.5', 'moonshot_ai'],
    ['sonar-pro', 'perplexity'],
  ])('knows %s by its family: %s', (model, provider) => {
    expect(providerOf(model)).toBe(provider);
  });

  it.each([
    ['anthropic/claude-sonnet-4-6', 'anthropic'],
    ['azure/gpt-4o', 'azure.ai.openai'],
    ['vertex_ai/claude-opus-4-6', 'gcp.vertex_ai'],
    ['bedrock/anthropic.claude-3-haiku-20240307-v1:0', 'aws.bedrock'],
    ['xai/grok-4', 'x_ai'],
    ['groq/llama-3.3-70b-versatile', 'groq'],
    ['openrouter/anthropic/claude-sonnet-4.5', 'openrouter'],
    ['ollama/deepseek-r1', 'ollama'],
  ])('believes the provider before %s: %s', (model, provider) => {
    expect(providerOf(model)).toBe(provider);
  });

  it.each([
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock'],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'aws.bedrock'],
    ['amazon.nova-pro-v1:0', 'aws.bedrock'],
    ['us-gov.meta.llama3-1-70b-instruct-v1:0', 'aws.bedrock'],
    ['arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2', 'aws.bedrock'],
    ['claude-sonnet-4-5@20250929', 'gcp.vertex_ai'],
    ['publishers/google/models/gemini-2.5-flash', 'gcp.vertex_ai'],
  ])('knows the cloud by the form of %s: %s', (model, provider) => {
    expect(providerOf(model)).toBe(provider);
  });

  it.each([
    'proto1-x',
    'o10',
    'o1.5',
    'gpt',
    'claudette',
    'commander',
    'my-gpt-4o',
    'x/y',
    '',
    '/',
  ])('does not guess for %j', (model) => {
    expect(providerOf(model)).toBeUndefined();
  });
});
