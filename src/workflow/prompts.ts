import type { EarlierRun } from './run-history.js';

export const ANALYZE_TOKENS = 200;
export const RESPOND_TOKENS = 300;

/** Of each earlier run, what goes into the prompt. */
const MOST_CHARACTERS = 500;

export function analyzePrompt(task: string): string {
  return `Analyze this task and provide 3 key points: ${task}`;
}

export function respondPrompt(
  task: string,
  analysis: string,
  earlier: readonly EarlierRun[],
): string {
  return [
    'Based on this analysis, provide a concise solution.',
    `Task: ${task}`,
    `Analysis: ${analysis}`,
    earlier.length === 0
      ? 'No earlier work on such tasks was found.'
      : `Earlier work:\n${earlier.map(summary).join('\n')}`,
  ].join('\n\n');
}

function summary({ task, result }: EarlierRun): string {
  return `- ${task.slice(0, MOST_CHARACTERS)}: ${(result ?? '').slice(0, MOST_CHARACTERS)}`;
}
