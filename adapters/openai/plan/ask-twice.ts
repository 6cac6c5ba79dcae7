import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { CostRange, WorkContext } from '../../capabilities/adapter';
import { ProviderFault } from '../../capabilities/provider-fault';
import { storedFile } from '../../capabilities/stored-file';
import { OPENAI, type OpenaiTools } from '../client';
import { planOperation, type Question } from './planner';

/** What an answer comes to: a value, or what is wrong with it in words that the planner can act on. */
export type Reading<T> = { ok: true; value: T } | { ok: false; problem: string };

const KEPT = z.object({ text: z.string() });

/**
 * Asks the planner, and once more with what was wrong when the answer does not keep to the rules. Both answers are paid.
 * @throws ProviderFault `bad_output` when the second does not either
 */
export async function askTwice<T>(
  tools: OpenaiTools,
  { question, estimate, read }: { question: Question; estimate: CostRange; read(answer: unknown): Reading<T> },
  context: WorkContext,
): Promise<T> {
  const first = await answerTo(tools, question, { part: '', estimate, context });
  const reading = read(asJson(first));
  if (reading.ok) return reading.value;
  const again = { ...question, prompt: repairPrompt(question, first, reading.problem) };
  const second = read(asJson(await answerTo(tools, again, { part: 'repair', estimate, context })));
  if (second.ok) return second.value;
  throw new ProviderFault(OPENAI, { kind: 'bad_output', charged: 'yes' });
}

async function answerTo(
  tools: OpenaiTools,
  question: Question,
  { part, estimate, context }: { part: string; estimate: CostRange; context: WorkContext },
): Promise<string> {
  const stored = await context.operate(planOperation(tools, question, { part, estimate }));
  const file = await context.open(storedFile(OPENAI, stored, 'answer'));
  return KEPT.parse(JSON.parse(await readFile(file, 'utf8'))).text;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function repairPrompt({ prompt }: Question, answer: string, problem: string): string {
  return `${prompt}\n\nAn earlier answer broke the rules: ${problem}\nThat answer was:\n${answer}\nAnswer again, whole and by the rules.`;
}
