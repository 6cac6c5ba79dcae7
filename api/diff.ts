import { canonicalJson } from '../contracts/digest';
import { pointerOf } from '../contracts/pointer';
import type { StageName } from '../contracts/vocabulary';
import type { FinishedWork } from '../db/steps-read';
import { tableOf } from '../workflows/tables';
import { inputOfStep, isSameItem, type Compared } from './compare-inputs';

type Reason = 'input' | 'provider' | 'parameters' | 'missing';

interface Side {
  input_digest: string | null;
  output_digest: string | null;
  provider_family: string | null;
  cost_micro_usd: number;
}

export interface Difference {
  stage: StageName;
  scene: number | null;
  reason: Reason;
  /** Pointers into the stage's input where the two differ; empty where one is missing or the inputs are equal. */
  fields: string[];
  a: Side | null;
  b: Side | null;
}

const MOST_FIELDS = 50;

/** Where two jobs differ, in the order of the stages: what went in, who did it, or that one has no such item. */
export function compareJobs(a: Compared, b: Compared) {
  const order = [a, b].flatMap((job) => tableOf(job.snapshot.plan.table).map((row) => row.stage));
  const place = (step: FinishedWork): number => order.indexOf(step.stage);
  const items = [...a.newest, ...b.newest.filter((step) => !a.newest.some((other) => isSameItem(step, other)))];
  items.sort((x, y) => place(x) - place(y) || (x.scene ?? 0) - (y.scene ?? 0));
  const differences = items.map((item) => difference(a, b, item)).filter((found) => found !== null);
  const first = differences[0];
  const first_difference = first ? { stage: first.stage, scene: first.scene, reason: first.reason } : null;
  return { a: a.job_id, b: b.job_id, first_difference, differences };
}

function difference(a: Compared, b: Compared, { stage, scene }: FinishedWork): Difference | null {
  const find = (job: Compared) => job.newest.find((step) => isSameItem(step, { stage, scene })) ?? null;
  const [left, right] = [find(a), find(b)];
  const reason = reasonOf(left, right);
  if (reason === null) return null;
  const fields = left && right && reason === 'input' ? differingFields(inputOfStep(a, left), inputOfStep(b, right)).slice(0, MOST_FIELDS) : [];
  return { stage, scene, reason, fields, a: left && sideOf(left), b: right && sideOf(right) };
}

/**
 * What digests, families and models say. What came out is not compared: a manifest names its job, so it always differs;
 * where other work came of the same, the stage below shows it. With all else equal another key means another take.
 */
function reasonOf(left: FinishedWork | null, right: FinishedWork | null): Reason | null {
  if (!left || !right) return 'missing';
  if (left.input_digest !== right.input_digest) return 'input';
  if (left.provider_family !== right.provider_family) return 'provider';
  const retaken = left.execution_key !== null && right.execution_key !== null && left.execution_key !== right.execution_key;
  return left.model !== right.model || retaken ? 'parameters' : null;
}

function sideOf({ input_digest, output_digest, provider_family, cost_micro_usd }: FinishedWork): Side {
  return { input_digest, output_digest, provider_family, cost_micro_usd };
}

/** RFC 6901 pointers of the smallest members that differ. */
function differingFields(a: unknown, b: unknown, path: readonly string[] = []): string[] {
  if (isParent(a) && isParent(b) && Array.isArray(a) === Array.isArray(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].flatMap((name) => differingFields(Reflect.get(a, name), Reflect.get(b, name), [...path, name]));
  }
  return canonicalJson(a ?? null) === canonicalJson(b ?? null) ? [] : [pointerOf(path)];
}

/** An asset differs as a whole: its digest, size and id say the same thing three times. */
function isParent(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('asset_id' in value && 'sha256' in value);
}
