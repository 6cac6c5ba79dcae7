import { canonicalJson } from '../contracts/digest';
import { pointerOf } from '../contracts/pointer';
import type { StageName } from '../contracts/vocabulary';
import type { NewestStep } from '../db/steps-read';
import type { SnapshotRow } from '../db/jobs';
import { inputOf } from './stage-inputs';

/** One side of a comparison. */
export interface Compared {
  job_id: string;
  snapshot: SnapshotRow;
  steps: NewestStep[];
}

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
export function compareJobs(a: Compared, b: Compared, order: StageName[]) {
  const keys = new Map([...a.steps, ...b.steps].map((step) => [`${step.stage}/${step.scene ?? ''}`, step]));
  const items = [...keys.values()].sort((x, y) => order.indexOf(x.stage) - order.indexOf(y.stage) || (x.scene ?? 0) - (y.scene ?? 0));
  const differences = items.map(({ stage, scene }) => difference(a, b, { stage, scene })).filter((found) => found !== null);
  const first = differences[0];
  const first_difference = first ? { stage: first.stage, scene: first.scene, reason: first.reason } : null;
  return { a: a.job_id, b: b.job_id, first_difference, differences };
}

function difference(a: Compared, b: Compared, at: { stage: StageName; scene: number | null }): Difference | null {
  const find = (job: Compared) => job.steps.find((step) => step.stage === at.stage && step.scene === at.scene) ?? null;
  const [left, right] = [find(a), find(b)];
  const reason = reasonOf(left, right);
  if (reason === null) return null;
  const fields = left && right && reason === 'input' ? differingFields(inputOf(a, at), inputOf(b, at)).slice(0, MOST_FIELDS) : [];
  return { ...at, reason, fields, a: left && sideOf(left), b: right && sideOf(right) };
}

/** What a digest or a model says; the content itself is compared only where it is known to differ. */
function reasonOf(left: NewestStep | null, right: NewestStep | null): Reason | null {
  if (!left || !right) return 'missing';
  if (left.input_digest !== right.input_digest) return 'input';
  if (left.provider_family !== right.provider_family) return 'provider';
  return left.model !== right.model || left.output_digest !== right.output_digest ? 'parameters' : null;
}

function sideOf({ input_digest, output_digest, provider_family, cost_micro_usd }: NewestStep): Side {
  return { input_digest, output_digest, provider_family, cost_micro_usd };
}

/** RFC 6901 pointers of the smallest members that differ. */
export function differingFields(a: unknown, b: unknown, path: readonly string[] = []): string[] {
  if (isParent(a) && isParent(b) && Array.isArray(a) === Array.isArray(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].flatMap((name) => differingFields(Reflect.get(a, name), Reflect.get(b, name), [...path, name]));
  }
  return canonicalJson(a ?? null) === canonicalJson(b ?? null) ? [] : [pointerOf(path)];
}

function isParent(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
