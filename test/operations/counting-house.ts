import type { Adapters } from '../../activities/deps';
import type { Traits } from '../../adapters/capabilities/adapter';
import type { Outcome, PaidOperation, ProviderJob, Submission } from '../../adapters/capabilities/paid-operation';
import { ProviderFault } from '../../adapters/capabilities/provider-fault';
import type { FaultFacts } from '../../contracts/operation';
import { createTrivialFamily } from '../support/trivial-family';

/** What the house does with one submit, in order: answer, refuse, or take the money and let the caller die before it hears. */
export type Behaviour =
  | { kind: 'take' }
  | { kind: 'fault'; fault: FaultFacts }
  /** Accepts and bills; the caller's process "dies" before it can write anything down. */
  | { kind: 'take_then_die' }
  /** The caller "dies" before anything arrived. */
  | { kind: 'die' };

export interface House {
  traits: Traits;
  price: number;
  /** Behaviour of the next submits; after the last one, `take`. */
  script: Behaviour[];
  /** Billed creates, by wire key. */
  creates: string[];
  /** Submits that arrived, billed or not. */
  submits: number;
  /** Jobs under way; finished by hand where `holds` is set. */
  holds: boolean;
  /** Jobs end without a result, and cost the price all the same. */
  fails: boolean;
  cancels: string[];
  /** Whether jobs can be cancelled. */
  cancellable: boolean;
  most_at_once: number;
  /** Comes before a question about a job is answered, and may throw instead. */
  asked(what: 'find' | 'poll'): void;
  release(): void;
}

export const JOB_TRAITS: Traits = { call: 'job', queue: 'provider', dedupe: 'none', cancel: 'any', webhook: false, result_ttl_ms: 3_600_000, cost: 'reported', inputs: 'inline' };

export function openHouse(traits: Partial<Traits> = {}, price = 100_000): House {
  const house: House = {
    traits: { ...JOB_TRAITS, ...traits },
    price,
    script: [],
    creates: [],
    submits: 0,
    holds: false,
    fails: false,
    cancels: [],
    cancellable: true,
    most_at_once: 0,
    asked: () => undefined,
    release: () => (house.holds = false),
  };
  return house;
}

/** The trivial family whose speech is bought at a house. Whatever it makes is a little JSON file, billed at the house's price. */
export function familyBuyingAt(house: House, options: { family?: string; scenes?: () => number; afterPaying?: () => void } = {}): Adapters {
  const trivial = createTrivialFamily({ scenes: options.scenes ?? (() => 1), onCall: () => undefined });
  const family = options.family ?? 'paid';
  const running = new Map<string, 'running' | 'cancelled'>();
  const desk = deskOf(house, family, running);
  return {
    ...trivial,
    desk,
    speech: {
      ...trivial.speech,
      family,
      model: `${family}-voice`,
      traits: house.traits,
      perform: async (request, context) => {
        const operation: PaidOperation = {
          ...{ family, part: '', traits: house.traits, estimate: { low: house.price, high: house.price } },
          request: { model: 'voice-1', body: { text: request.transcript }, assets: {} },
          submit: (_, call) => submit(house, { family, running, key: call.operation_key, dir: call.dir }),
          ...desk,
        };
        await context.operate(operation);
        options.afterPaying?.();
        return trivial.speech.perform(request, context);
      },
    },
  };
}

/** A call that is never answered: it ends when the caller hangs up, and nobody knows whether it was taken. */
export function unanswered(family: string, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new ProviderFault(family, { kind: 'submit_unknown', charged: 'unknown' }))));
}

type Running = Map<string, 'running' | 'cancelled'>;

async function submit(house: House, at: { family: string; running: Running; key: string; dir: string }): Promise<Submission> {
  house.submits += 1;
  const next = house.script.shift() ?? { kind: 'take' };
  if (next.kind === 'die') throw new Error('the process is gone');
  if (next.kind === 'fault') throw new ProviderFault(at.family, next.fault);
  const known = house.traits.dedupe === 'idempotency_key' && house.creates.includes(at.key);
  if (!known) house.creates.push(at.key);
  at.running.set(at.key, 'running');
  house.most_at_once = Math.max(house.most_at_once, [...at.running.values()].filter((state) => state === 'running').length);
  if (next.kind === 'take_then_die') throw new Error('the process is gone');
  if (house.traits.call === 'direct') {
    at.running.delete(at.key);
    return { kind: 'finished', outcome: outcomeOf(house) };
  }
  return { kind: 'accepted', job: { id: at.key } };
}

function outcomeOf(house: House): Outcome {
  return { files: [], meta: { made: true }, cost_micro_usd: house.price, cost_source: 'reported' };
}

function deskOf(house: House, family: string, running: Running): Adapters['desk'] {
  return {
    ...(house.traits.dedupe === 'client_reference'
      ? { find: async (_: unknown, call: { operation_key: string }): Promise<ProviderJob | null> => (house.asked('find'), house.creates.includes(call.operation_key) ? { id: call.operation_key } : null) }
      : {}),
    poll: async (job) => {
      house.asked('poll');
      if (!house.creates.includes(job.id)) throw new ProviderFault(family, { kind: 'expired', charged: 'no' });
      if (running.get(job.id) === 'cancelled') return { kind: 'cancelled', cost_micro_usd: 0 };
      if (house.holds) return { kind: 'pending', percent: 50, next_poll_ms: 20 };
      running.delete(job.id);
      if (house.fails) return { kind: 'failed', fault: { kind: 'content_rejected', charged: 'yes' }, cost_micro_usd: house.price };
      return { kind: 'succeeded', outcome: outcomeOf(house) };
    },
    cancel: (job) => {
      house.cancels.push(job.id);
      if (!house.cancellable) return Promise.resolve('too_late');
      running.set(job.id, 'cancelled');
      return Promise.resolve('cancelled');
    },
  };
}
