import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import { fault, type Fault } from '../conformance/server/faults';
import { isOver, type Json, type Plant } from '../crash/plant';
import { KEPT_AT_HOME, SAID_TO_PROVIDERS } from './canaries';

export const PHOTO = path.join(projectRoot(), 'assets', 'portraits', 'astronaut.png');
export const SAMPLE = path.join(projectRoot(), 'assets', 'voices', 'sense_and_sensibility_01_austen_64kb-0870.wav');

/** Who is asked for what: someone paid for all that takes words, faces, voices or links. */
export const PROVIDERS = {
  PLAN_PROVIDERS: 'openai,local',
  IMAGE_PROVIDERS: 'openai',
  SPEECH_PROVIDERS: 'elevenlabs',
  VOICE_PROVIDERS: 'elevenlabs',
  BACKGROUND_PROVIDERS: 'fal,local',
  LIPSYNC_PROVIDERS: 'fal',
};

/** An answer that says "done" in a shape that nobody knows, with all that was asked in it; asked again, all is well. */
const BROKEN = { act: 'echo', status: 200 } as const;
const REFUSED = { act: 'echo', status: 422 } as const;
const LOCKED_OUT = { act: 'echo', status: 401, times: 50 } as const;

/**
 * What may come up in the life of one customer: jobs of every kind that say something secret, at providers that refuse, break
 * and give back what they were sent. Ends when every job has ended.
 */
export async function liveThrough(plant: Plant): Promise<void> {
  const avatarId = await createAvatar(plant);
  const [film] = await Promise.all([makeFilm(plant, avatarId), cloneVoices(plant)]);
  await Promise.all([retryFilm(plant, film), filmOfBrief(plant, avatarId)]);
}

const script = (plant: Plant, route: string, ...faults: Partial<Fault>[]): void => void plant.provider.script.push(...faults.map((one) => fault.parse({ route, ...one })));
const callbackOf = ({ receiver }: Plant) => ({ url: `${receiver.url}/hook?token=${KEPT_AT_HOME.callback_query}` });
const consent = { statement: KEPT_AT_HOME.consent, by: 'ada@example.com', at: '2026-11-23T12:00:00Z' };

async function submit(plant: Plant, job: object): Promise<string> {
  const answer = await plant.call('/v1/jobs', { contract: 'v3', callback: callbackOf(plant), ...job });
  return String(answer['job_id']);
}

async function createAvatar(plant: Plant): Promise<string> {
  const usage = { total_tokens: 30, input_tokens: 20, output_tokens: 10, input_tokens_details: { text_tokens: 10, image_tokens: 10 } };
  const portrait = { created: 1_764_000_000, data: [{ b64_json: readFileSync(PHOTO).toString('base64') }], usage };
  script(plant, 'image', BROKEN, { act: 'echo', status: 503 }, { status: 200, body: portrait });
  const photo = await plant.upload(PHOTO, 'image/png');
  const job = await submit(plant, { job_type: 'avatar_creation', idempotency_key: 'creation', name: KEPT_AT_HOME.name, style: `warm ${SAID_TO_PROVIDERS.style}`, photos: [{ asset_id: photo }], consent });
  const made = await completes(plant, job);
  return (made['result'] as { avatar_id: string }).avatar_id;
}

/** Its reviewer wants another background, which the first provider is too locked up to paint; its mouth is bought after two failures. */
async function makeFilm(plant: Plant, avatar_id: string): Promise<string> {
  script(plant, 'submit', { ...LOCKED_OUT, contains: 'flux' }, { ...BROKEN, contains: 'lipsync' });
  script(plant, 'timed_speech', BROKEN);
  for (const route of ['status', 'result', 'file']) script(plant, route, { act: 'echo', status: 503 });
  const output = { aspect_ratio: '16:9', resolution: '480p', captions: 'burned', background: { prompt: SAID_TO_PROVIDERS.background_prompt } };
  const job = await submit(plant, { job_type: 'avatar_output', idempotency_key: 'film', avatar_id, mode: 'single_scene', script: `Hello ${SAID_TO_PROVIDERS.script}.`, require_approval: ['backgrounds'], output });
  await decide(plant, job, { gate: 'backgrounds', revision: 1, decision: 'changes_requested', note: SAID_TO_PROVIDERS.note });
  await decide(plant, job, { gate: 'backgrounds', revision: 2, decision: 'approved' });
  await completes(plant, job);
  return job;
}

async function retryFilm(plant: Plant, film: string): Promise<void> {
  script(plant, 'timed_speech', { ...REFUSED, contains: SAID_TO_PROVIDERS.retry_patch });
  const patch = { scenes: { 1: { transcript: `Hello ${SAID_TO_PROVIDERS.retry_patch}.` } } };
  const { job_id } = await plant.call(`/v1/jobs/${film}/retry`, { idempotency_key: 'retry', from_stage: 'speech', scope: 'downstream', patch });
  await failsAt(plant, String(job_id), 'speech');
}

async function filmOfBrief(plant: Plant, avatar_id: string): Promise<void> {
  script(plant, 'plan', LOCKED_OUT);
  script(plant, 'timed_speech', { ...REFUSED, contains: SAID_TO_PROVIDERS.storyboard_edit });
  const job = await submit(plant, { job_type: 'avatar_output', idempotency_key: 'brief', avatar_id, mode: 'single_scene', brief: `The ${SAID_TO_PROVIDERS.brief} sleeps all winter.`, require_approval: ['storyboard'], output: { resolution: '480p' } });
  const edits = { scenes: { 1: { transcript: `Good night, ${SAID_TO_PROVIDERS.storyboard_edit}.` } } };
  await decide(plant, job, { gate: 'storyboard', revision: 1, decision: 'approved', edits });
  await failsAt(plant, job, 'speech');
}

/** One recording that the provider refuses with all that it was sent, and one that is none. */
async function cloneVoices(plant: Plant): Promise<void> {
  script(plant, 'add_voice', BROKEN, REFUSED);
  const [sample, photo] = await Promise.all([plant.upload(SAMPLE, 'audio/wav'), plant.upload(PHOTO, 'image/png')]);
  const jobs = [sample, photo].map((asset_id) =>
    submit(plant, { job_type: 'voice_cloning', idempotency_key: `voice-${asset_id}`, voice_sample: { asset_id }, name: KEPT_AT_HOME.name, consent }));
  for (const job of await Promise.all(jobs)) await failsAt(plant, job, 'voice_profile');
}

async function completes(plant: Plant, job: string): Promise<Json> {
  const ended = await plant.until(job, isOver);
  expect(ended).toMatchObject({ status: 'completed', error: null });
  return ended;
}

async function failsAt(plant: Plant, job: string, stage: string): Promise<void> {
  expect(await plant.until(job, isOver)).toMatchObject({ status: 'failed', error: { stage } });
}

async function decide(plant: Plant, job: string, decision: { gate: string; revision: number; decision: string; note?: string; edits?: object }): Promise<void> {
  const isOpen = ({ awaiting }: Json): boolean => (awaiting as { gate: string; revision: number }[]).some(({ gate, revision }) => gate === decision.gate && revision === decision.revision);
  await plant.until(job, (state) => isOver(state) || isOpen(state));
  await plant.call(`/v1/jobs/${job}/approvals`, { idempotency_key: `${decision.gate}-${decision.revision}`, decided_by: 'rev@example.com', ...decision });
}
