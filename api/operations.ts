import { z } from 'zod';
import * as answers from '../contracts/answers.schema';
import { approvalBody } from '../contracts/approval.schema';
import type { DoorCode } from '../contracts/errors';
import { jobRequest } from '../contracts/job.schema';
import { retryBody } from '../contracts/retry.schema';
import type { Role } from '../contracts/vocabulary';
import { budgetBody, resolveBody } from './bodies';
import { ANYBODY, OPERATORS, SUBMITTERS } from './roles';

/** What JSON an answer holds, another content type, or null for an answer without content. */
export type Shape = z.ZodType | string | null;

/** One request of the HTTP interface, as the OpenAPI document describes it. */
export interface Operation {
  method: 'get' | 'post' | 'delete';
  /** With parameters in braces. */
  path: string;
  summary: string;
  /** Null needs no token. */
  roles: readonly Role[] | null;
  query?: Record<string, string>;
  body?: z.ZodType | 'upload';
  /** Status and shape of the usual answer. */
  status: number;
  answer: Shape;
  /** Further answers that are no problems, by status. */
  also?: Record<number, Shape>;
  problems: DoorCode[];
  keyed?: boolean;
}

/** A request that came before is answered with what became of it, a dry run with what would become of it. */
const JOB_OR_ESTIMATE = z.union([answers.jobAnswer, answers.estimateAnswer]);
const DECISION_OR_ESTIMATE = z.union([answers.decisionAnswer, answers.estimateAnswer]);
const JOB_OR_DECISION = z.union([answers.jobAnswer, answers.decisionAnswer]);

const JOB = '/v1/jobs/{job_id}';
const SUBMIT: DoorCode[] = [
  'request_invalid', 'role_forbidden', 'job_not_found', 'avatar_not_found', 'asset_not_found', 'gate_not_open', 'revision_stale',
  'job_finished', 'job_not_finished', 'film_missing', 'idempotency_key_reused', 'contract_unsupported',
  'stage_unknown', 'resume_point_missing', 'patch_conflict', 'consent_missing', 'avatar_revoked', 'script_unspeakable',
];

/** Every request that the API answers; a test holds this list against the routes. */
export const OPERATIONS: Operation[] = [
  { method: 'post', path: '/v1/jobs', summary: 'Submit a job, or a decision as a job', roles: ANYBODY, query: { validate_only: 'true: plan, cost and problems; nothing is stored' }, body: jobRequest, status: 202, answer: JOB_OR_DECISION, also: { 200: z.union([JOB_OR_DECISION, answers.estimateAnswer]) }, problems: SUBMIT, keyed: true },
  { method: 'get', path: '/v1/jobs', summary: 'List jobs, newest first', roles: ANYBODY, query: { status: 'a job status', job_type: 'a job type', avatar_id: 'an avatar', limit: '1 to 100', cursor: 'next_cursor of the page before' }, status: 200, answer: answers.jobPage, problems: ['request_invalid'] },
  { method: 'get', path: JOB, summary: 'One job; waits for a change when asked to', roles: ANYBODY, query: { wait: 'seconds to wait for a change, at most 50', after: 'a sequence: wait for an event beyond it' }, status: 200, answer: answers.jobAnswer, problems: ['request_invalid', 'job_not_found'] },
  { method: 'get', path: `${JOB}/stages`, summary: 'One record per stage, scene and generation', roles: ANYBODY, status: 200, answer: answers.stageList, problems: ['job_not_found'] },
  { method: 'get', path: `${JOB}/snapshot`, summary: 'The frozen payload and its digest', roles: ANYBODY, status: 200, answer: answers.snapshotAnswer, problems: ['job_not_found'] },
  { method: 'get', path: `${JOB}/timeline`, summary: 'Scenes with times, words, pose and picture', roles: ANYBODY, status: 200, answer: answers.timelineAnswer, problems: ['job_not_found'] },
  { method: 'get', path: `${JOB}/events`, summary: 'The event log', roles: ANYBODY, query: { after: 'a sequence', limit: '1 to 1000' }, status: 200, answer: answers.eventPage, problems: ['request_invalid', 'job_not_found'] },
  { method: 'get', path: `${JOB}/events/stream`, summary: 'The event log as server-sent events, resumable by Last-Event-ID', roles: ANYBODY, status: 200, answer: 'text/event-stream', problems: ['job_not_found'] },
  { method: 'get', path: `${JOB}/decisions`, summary: 'Every decision and what became of it', roles: ANYBODY, status: 200, answer: answers.decisionList, problems: ['job_not_found'] },
  { method: 'get', path: `${JOB}/diff/{other_job_id}`, summary: 'Where two jobs first differ', roles: ANYBODY, status: 200, answer: answers.diffAnswer, problems: ['job_not_found'] },
  { method: 'post', path: `${JOB}/approvals`, summary: 'Decide at a gate', roles: ANYBODY, query: { validate_only: 'true: problems, and the plan where the job has ended; nothing is stored' }, body: approvalBody, status: 202, answer: answers.decisionAnswer, also: { 200: DECISION_OR_ESTIMATE }, problems: ['request_invalid', 'job_not_found', 'gate_not_open', 'revision_stale', 'job_finished', 'idempotency_key_reused', 'resume_point_missing', 'avatar_revoked', 'script_unspeakable'], keyed: true },
  { method: 'post', path: `${JOB}/retry`, summary: 'Resume from a stage', roles: SUBMITTERS, query: { validate_only: 'true: plan, cost and problems; nothing is stored' }, body: retryBody, status: 202, answer: answers.jobAnswer, also: { 200: JOB_OR_ESTIMATE }, problems: ['request_invalid', 'role_forbidden', 'job_not_found', 'job_not_finished', 'stage_unknown', 'resume_point_missing', 'patch_conflict', 'idempotency_key_reused', 'asset_not_found', 'avatar_revoked', 'script_unspeakable'], keyed: true },
  { method: 'post', path: `${JOB}/cancel`, summary: 'Cancel', roles: SUBMITTERS, status: 202, answer: answers.jobAnswer, problems: ['role_forbidden', 'job_not_found', 'job_finished'] },
  { method: 'post', path: `${JOB}/budget`, summary: 'Raise the budget of a job', roles: SUBMITTERS, body: budgetBody, status: 202, answer: answers.jobAnswer, problems: ['request_invalid', 'role_forbidden', 'job_not_found', 'job_finished'] },
  { method: 'post', path: `${JOB}/resolve`, summary: 'Settle a paid request of unknown fate', roles: OPERATORS, body: resolveBody, status: 202, answer: answers.jobAnswer, problems: ['request_invalid', 'role_forbidden', 'job_not_found', 'gate_not_open'] },
  { method: 'get', path: '/v1/avatars/{avatar_id}', summary: 'An avatar and its versions', roles: ANYBODY, status: 200, answer: answers.avatarAnswer, problems: ['avatar_not_found'] },
  { method: 'get', path: '/v1/avatars/{avatar_id}/versions/{version}', summary: 'A version as an asset graph', roles: ANYBODY, status: 200, answer: answers.avatarVersionAnswer, problems: ['avatar_not_found'] },
  { method: 'delete', path: '/v1/avatars/{avatar_id}', summary: 'Erase an avatar and revoke its consent', roles: SUBMITTERS, status: 202, answer: answers.avatarAnswer, problems: ['role_forbidden', 'avatar_not_found'] },
  { method: 'post', path: '/v1/assets', summary: 'Upload a file of at most 50 MB', roles: SUBMITTERS, body: 'upload', status: 201, answer: answers.asset, problems: ['request_invalid', 'role_forbidden', 'body_too_large', 'media_type_unsupported'] },
  { method: 'get', path: '/v1/assets/{asset_id}', summary: 'An asset with a new link', roles: ANYBODY, status: 200, answer: answers.asset, problems: ['asset_not_found'] },
  { method: 'get', path: '/v1/assets/{asset_id}/content', summary: 'The bytes, by a signed link', roles: null, query: { expires: 'from the link', name: 'from the link', signature: 'from the link' }, status: 200, answer: 'application/octet-stream', also: { 206: 'application/octet-stream', 304: null, 416: null }, problems: ['asset_url_expired', 'asset_not_found'] },
  { method: 'get', path: '/v1/deliveries', summary: 'The audit of callback attempts', roles: SUBMITTERS, query: { job_id: 'a job', status: 'pending, delivered, failed or dead', limit: '1 to 100', cursor: 'next_cursor of the page before' }, status: 200, answer: answers.deliveryPage, problems: ['request_invalid', 'role_forbidden'] },
  { method: 'post', path: '/v1/events/{event_id}/redeliver', summary: 'Send an event to its callback again', roles: OPERATORS, status: 202, answer: answers.deliveryAnswer, problems: ['role_forbidden', 'event_not_found'] },
  { method: 'post', path: '/v1/maintenance/{sweep}', summary: 'Run a sweep by hand, for the own tenant', roles: OPERATORS, query: { dry_run: 'true: only say what it would do', older_than_ms: 'with dry_run: leave alone what is younger, instead of the default' }, status: 200, answer: answers.sweepAnswer, also: { 202: answers.sweepAnswer }, problems: ['request_invalid', 'role_forbidden', 'not_found'] },
  { method: 'post', path: '/v1/webhooks/{family}/{operation_key}', summary: 'A provider’s own signed report about an operation', roles: null, status: 204, answer: null, problems: ['token_invalid', 'body_too_large'] },
  { method: 'get', path: '/healthz', summary: 'Whether the process lives', roles: null, status: 200, answer: 'application/json', problems: [] },
  { method: 'get', path: '/readyz', summary: 'Whether it can accept jobs', roles: null, status: 200, answer: 'application/json', also: { 503: 'application/json' }, problems: [] },
  { method: 'get', path: '/metrics', summary: 'Gauges in the text format of Prometheus', roles: null, status: 200, answer: 'text/plain', problems: [] },
  { method: 'get', path: '/openapi.json', summary: 'This document', roles: null, status: 200, answer: 'application/json', problems: [] },
  { method: 'get', path: '/asyncapi.json', summary: 'The events and callbacks', roles: null, status: 200, answer: 'application/json', problems: [] },
  { method: 'get', path: '/docs', summary: 'Both documents for people', roles: null, status: 200, answer: 'text/html', problems: [] },
  { method: 'get', path: '/docs/errors', summary: 'Every error code', roles: null, status: 200, answer: 'text/html', problems: [] },
];

/** Methods that exist at a path; empty for a path that does not. */
export function methodsAt(path: string): string[] {
  const methods = OPERATIONS.filter((operation) => patternOf(operation.path).test(path)).map((operation) => operation.method.toUpperCase());
  return [...new Set(methods)];
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[a-z_]+\}/g, '[^/]+')}/?$`);
}
