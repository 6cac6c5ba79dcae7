import { z } from 'zod';
import type { FrozenRow } from '../../contracts/plan';
import { CLOSING_STATUSES, ENDED_STATUSES, type JobStatus, type StageName, type StepStatus } from '../../contracts/vocabulary';
import type { JobRow } from '../../db/jobs';
import { rowOf, tableOf } from '../../workflows/tables';
import type { ApiDeps } from '../deps';
import { withLinks } from './assets';

/** The job as every answer shows it (EXAMPLES, "Jobs"). */
export async function presentJob(deps: ApiDeps, job: JobRow) {
  const [result] = await withLinks(deps, job.tenant, [job.result]);
  return describeJob(deps, job, result);
}

/** A tenant's jobs, with one look at all that they refer to. */
export async function presentJobs(deps: ApiDeps, tenant: string, jobs: JobRow[]) {
  const results = await withLinks(deps, tenant, jobs.map((job) => job.result));
  return jobs.map((job, at) => describeJob(deps, job, results[at]));
}

function describeJob(deps: ApiDeps, job: JobRow, result: unknown) {
  const closing = CLOSING_STATUSES.includes(job.status);
  const awaiting = closing ? [] : job.open_gates.map(({ gate, stage, revision, since, scenes, assets }) => ({ gate, ...(stage ? { stage } : {}), revision, since: iso(since), scenes, assets }));
  const self = `/v1/jobs/${job.job_id}`;
  return {
    job_id: job.job_id,
    job_type: job.job_type,
    contract: job.contract,
    status: statusOf(job, awaiting.length > 0),
    idempotency_key: job.idempotency_key,
    mode: job.mode,
    parent_job_id: job.parent_job_id,
    avatar: avatarOf(job),
    correlation: job.correlation,
    priority: job.priority,
    created_at: job.created_at.toISOString(),
    started_at: job.started_at?.toISOString() ?? null,
    finished_at: job.finished_at?.toISOString() ?? null,
    last_sequence: job.last_sequence,
    progress: {
      percent: job.percent,
      stage: job.current_stage,
      label: job.current_stage && labelOf(job, job.current_stage),
      scene: job.current_scene,
      scenes: job.scenes,
    },
    awaiting,
    stages: stagesOf(job, awaiting.map((gate) => gate.gate)),
    cost: {
      estimated_micro_usd: job.estimated_micro_usd,
      spent_micro_usd: job.spent_micro_usd,
      budget_micro_usd: job.budget_micro_usd,
    },
    result,
    error: job.error,
    links: {
      self,
      stages: `${self}/stages`,
      events: `${self}/events`,
      timeline: `${self}/timeline`,
      snapshot: `${self}/snapshot`,
      temporal_ui: temporalUi(deps, job.job_id),
    },
  };
}

const MADE_AVATAR = z.object({ avatar_id: z.string(), version: z.number() });

/** The version that the job was given, or the one that it made. */
function avatarOf({ avatar_id, avatar_version: version, result }: JobRow): { avatar_id: string; version: number } | null {
  if (avatar_id !== null && version !== null) return { avatar_id, version };
  return MADE_AVATAR.safeParse(result).data ?? null;
}

function iso(time: string): string {
  return new Date(time).toISOString();
}

/** While a decision is awaited the job waits for it, even if other stages still run or wait for money. */
function statusOf(job: JobRow, awaited: boolean): JobStatus {
  return awaited ? 'waiting_for_approval' : job.status;
}

function temporalUi({ settings }: ApiDeps, jobId: string): string | null {
  if (settings.temporalUiUrl === null) return null;
  return `${settings.temporalUiUrl.replace(/\/$/, '')}/namespaces/${settings.namespace}/workflows/${jobId}`;
}

export function labelOf(job: Pick<JobRow, 'plan'>, stage: StageName): string {
  return rowOf(job.plan.table, stage).label;
}

/** The planned stages in table order, each with the state of all its scenes taken together. */
function stagesOf(job: JobRow, openGates: string[]) {
  const planned = new Map(job.plan.rows.map((row) => [row.stage, row]));
  return tableOf(job.plan.table).map((row) => {
    const plan = planned.get(row.stage);
    const gate = plan?.gate?.name ?? null;
    const status = plan ? stageStatus(job, plan, gate !== null && openGates.includes(gate)) : 'skipped';
    return { stage: row.stage, label: row.label, status, per_scene: row.each, gate };
  });
}

function stageStatus(job: JobRow, row: FrozenRow, gateOpen: boolean): StepStatus {
  if (gateOpen) return 'waiting_for_approval';
  const statuses = job.items.filter((item) => item.stage === row.stage).map((item) => item.status);
  for (const status of ['failed', 'running', 'waiting_for_approval', 'cancelled'] as const) {
    if (statuses.includes(status)) return status;
  }
  const expected = row.each ? (job.scenes ?? Number.POSITIVE_INFINITY) : 1;
  const done = statuses.filter((status) => status === 'completed' || status === 'reused').length;
  if (done >= expected) return statuses.includes('completed') ? 'completed' : 'reused';
  if (isKnown(row, expected)) return 'reused';
  // In a job that has ended nothing starts any more; a failed one keeps in view what a resume has to do.
  if (ENDED_STATUSES.includes(job.status)) return job.status === 'cancelled' ? 'cancelled' : 'pending';
  return done > 0 ? 'running' : 'pending';
}

/** A retry shows what it takes over before the records of it are written. */
function isKnown(row: FrozenRow, expected: number): boolean {
  return row.known === 'all' || (row.known.length > 0 && row.known.length >= expected);
}
