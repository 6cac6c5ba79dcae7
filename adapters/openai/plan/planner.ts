import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, NoObjectGeneratedError, Output, type JSONSchema7, type LanguageModelUsage } from 'ai';
import { z } from 'zod';
import type { CostRange } from '../../capabilities/adapter';
import type { FrozenRequest, OperationCall, PaidOperation, Submission } from '../../capabilities/paid-operation';
import { ProviderFault } from '../../capabilities/provider-fault';
import { ONE_CALL } from '../../paid-adapter';
import { OPENAI, type OpenaiTools } from '../client';
import { answerCost } from '../prices';
import { plannerFetch } from './planner-fetch';

const BODY = z.object({
  instructions: z.string(),
  prompt: z.string(),
  schema_name: z.string(),
  schema: z.record(z.string(), z.unknown()),
  reasoning_effort: z.string().nullable(),
  longest_answer_tokens: z.number(),
});

/** One question to the planner, with the form that its answer must have. */
export interface Question {
  instructions: string;
  prompt: string;
  schema_name: string;
  schema: Record<string, unknown>;
}

/** `part` tells the first answer from a repair: each is paid and kept on its own. */
export function planOperation(tools: OpenaiTools, question: Question, { part, estimate }: { part: string; estimate: CostRange }): PaidOperation {
  const { model, reasoning_effort, longest_answer_tokens } = tools.tariff.plan;
  return {
    family: OPENAI,
    part,
    traits: ONE_CALL,
    estimate,
    request: { model, body: { ...question, reasoning_effort, longest_answer_tokens }, assets: {} },
    submit: (frozen, call) => askPlanner(tools, frozen, call),
  };
}

/**
 * Asks once and keeps the answer whatever it is: it was paid, so it is stored before anybody judges it. The form of the
 * answer is asked for here and checked where it is read.
 */
async function askPlanner(tools: OpenaiTools, frozen: FrozenRequest, call: OperationCall): Promise<Submission> {
  const { text, usage } = await generate(tools, frozen, call);
  const file = path.join(call.dir, 'answer.json');
  await writeFile(file, JSON.stringify({ text }));
  return {
    kind: 'finished',
    outcome: {
      files: [{ name: 'answer', kind: 'storyboard', content_type: 'application/json', from: 'file', path: file }],
      meta: {},
      cost_micro_usd: answerCost(tools.tariff, { asked: JSON.stringify(frozen.body).length, answered: text.length, usage }),
      cost_source: 'tariff',
    },
  };
}

interface Generated {
  text: string;
  usage: LanguageModelUsage | undefined;
}

async function generate({ http }: OpenaiTools, { model, body }: FrozenRequest, call: OperationCall): Promise<Generated> {
  const question = BODY.parse(body);
  // The key is added by our own client; this one is never sent.
  const provider = createOpenAI({ apiKey: 'unused', baseURL: http.base.href, fetch: plannerFetch(http, call) });
  try {
    const { text, usage } = await generateText({
      model: provider.responses(model),
      system: question.instructions,
      prompt: question.prompt,
      output: Output.object({ schema: jsonSchema(question.schema as JSONSchema7), name: question.schema_name }),
      maxOutputTokens: question.longest_answer_tokens,
      maxRetries: 0,
      abortSignal: call.signal,
      providerOptions: { openai: { store: false, strictJsonSchema: true, ...(question.reasoning_effort !== null && { reasoningEffort: question.reasoning_effort }) } },
    });
    return { text, usage };
  } catch (error) {
    return answerOf(error, call);
  }
}

/** An answer that is not of the form is an answer all the same. Any other that cannot be read may have been billed. */
function answerOf(error: unknown, call: OperationCall): Generated {
  if (NoObjectGeneratedError.isInstance(error)) return { text: error.text ?? '', usage: error.usage };
  if (error instanceof ProviderFault) throw error;
  call.signal.throwIfAborted();
  throw new ProviderFault(OPENAI, { kind: 'submit_unknown', charged: 'unknown' });
}
