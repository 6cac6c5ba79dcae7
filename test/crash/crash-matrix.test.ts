import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import { fault } from '../conformance/server/faults';
import { eventually } from '../support/eventually';
import { leftoversOf } from './leftovers';
import { isOver, openPlant, type Json, type Part, type Plant } from './plant';

const SAMPLE = path.join(projectRoot(), 'assets', 'voices', 'sense_and_sensibility_01_austen_64kb-0870.wav');

interface Work {
  jobId: string;
  /** Where its events are delivered. */
  place: string;
}

/**
 * The points at which a crash could pay twice: while a submit is on its way, accepted and not yet known, known and not yet
 * finished, finished and not yet fetched; with the part that dies there. Counted is what the provider would bill.
 */
describe('a crash or a cancellation while work is paid for', () => {
  let plant: Plant;
  let avatarId: string;
  let films = 0;
  let killed: { part: Part; at: number };

  beforeAll(async () => {
    plant = await openPlant({
      providers: { BACKGROUND_PROVIDERS: 'fal', SPEECH_PROVIDERS: 'elevenlabs', VOICE_PROVIDERS: 'elevenlabs' },
      // Nothing is cheap here: a submit of unknown fate is never repeated by itself.
      settings: { RESUBMIT_BELOW_MICRO_USD: '0', RECONCILE_WAIT_MS: '4000' },
    });
    avatarId = await plant.makeAvatar();
  }, 240_000);
  afterAll(async () => plant?.close());
  beforeEach(() => plant.provider.reset());

  async function begin(): Promise<Work> {
    const words = `Film number ${(films += 1)} is short.`;
    const job = await plant.call('/v1/jobs', plant.film(avatarId, words));
    return { jobId: String(job['job_id']), place: `/${words.replaceAll(/[^a-z0-9]/gi, '-')}` };
  }

  async function beginClone(): Promise<Work> {
    const voice_sample = { asset_id: await plant.upload(SAMPLE, 'audio/wav') };
    const consent = { statement: 'I agree.', by: 'ada@example.com', at: '2026-11-23T12:00:00Z' };
    const callback = { url: `${plant.receiver.url}/clone` };
    const job = await plant.call('/v1/jobs', { contract: 'v3', job_type: 'voice_cloning', idempotency_key: randomUUID(), voice_sample, consent, callback });
    return { jobId: String(job['job_id']), place: '/clone' };
  }

  function kill(part: Part): void {
    plant.kill(part);
    killed = { part, at: Date.now() };
  }

  const seen = (route: string, count = 1) => eventually(`the provider sees ${route}`, async () => plant.provider.requests.filter((request) => request.route === route).length >= count);
  const script = (...faults: object[]) => plant.provider.script.push(...faults.map((one) => fault.parse(one)));
  const bills = (provider: string): number => plant.provider.creates.filter((create) => create.provider === provider).length;
  /** A crash hits whatever is under way, so what is not meant has to be finished before. */
  const isMade = (jobId: string, stage: string) =>
    eventually(`${stage} is made`, async () => {
      const { stages } = await plant.call(`/v1/jobs/${jobId}/stages`);
      return (stages as { stage: string; status: string }[]).some((step) => step.stage === stage && step.status === 'completed');
    });
  const isUnderWay = async (jobId: string, stage: string): Promise<boolean> => {
    const { stages } = await plant.call(`/v1/jobs/${jobId}/stages`);
    return (stages as { stage: string; status: string }[]).some((step) => step.stage === stage && step.status === 'running');
  };
  const asksOperator = (job: Json): boolean => (job['awaiting'] as { gate: string }[]).some(({ gate }) => gate === 'submit_unknown');

  /** The job has its result, and its backend every event, in order. */
  async function completes(work: Work): Promise<void> {
    expect(await plant.until(work.jobId, isOver)).toMatchObject({ status: 'completed' });
    process.stdout.write(`${expect.getState().currentTestName}: ended ${Date.now() - killed.at} ms after ${killed.part} was killed\n`);
    await isTold(work);
  }

  async function isTold({ jobId, place }: Work): Promise<void> {
    const count = Number((await plant.call(`/v1/jobs/${jobId}`))['last_sequence']);
    await eventually('every event is delivered', async () => plant.receiver.accepted(place).length === count);
    expect(plant.receiver.accepted(place)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  }

  it('after the provider accepted and before anybody knows: its report is waited for, and its job adopted', async () => {
    script({ route: 'submit', accepted: true, act: 'hang' });
    const film = await begin();
    await eventually('the provider has accepted it', async () => bills('fal') === 1);
    await isMade(film.jobId, 'speech');
    kill('worker');
    await completes(film);
    expect([bills('fal'), bills('elevenlabs')]).toEqual([1, 1]);
  });

  it('before anything arrived: nothing is sent again until an operator says so', async () => {
    script({ route: 'submit', accepted: false, act: 'hang' });
    const film = await begin();
    await seen('submit');
    await isMade(film.jobId, 'speech');
    kill('worker');
    await plant.until(film.jobId, asksOperator);
    expect(bills('fal')).toBe(0);
    await plant.call(`/v1/jobs/${film.jobId}/resolve`, { stage: 'backgrounds', scene: 1, resolution: 'resubmit' }, 'operator');
    await completes(film);
    expect(bills('fal')).toBe(1);
  });

  it('after a provider without any memory was paid: an operator decides, and the stage says what it may have cost', async () => {
    script({ route: 'timed_speech', accepted: true, act: 'hang' });
    const film = await begin();
    await eventually('the provider has done it', async () => bills('elevenlabs') === 1);
    await isMade(film.jobId, 'backgrounds');
    kill('worker');
    await plant.until(film.jobId, asksOperator);
    await plant.call(`/v1/jobs/${film.jobId}/resolve`, { stage: 'speech', scene: 1, resolution: 'abandon' }, 'operator');
    const job = await plant.until(film.jobId, isOver);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'submit_unknown', resumable_from: 'speech' } });
    expect((job['cost'] as { spent_micro_usd: number }).spent_micro_usd).toBeGreaterThan(0);
    await isTold(film);
    expect(bills('elevenlabs')).toBe(1);
  });

  it.each<[string, Part]>([
    ['the worker', 'worker'],
    ['the API', 'api'],
    ['Postgres', 'postgres'],
    ['Temporal', 'temporal'],
  ])('of %s while the provider works on it: the job is adopted', async (_, part) => {
    plant.provider.settings.hold = 'running';
    const film = await begin();
    await seen('status', 2);
    await isMade(film.jobId, 'speech');
    kill(part);
    await eventually('the provider is asked again', async () => {
      plant.provider.requests.length = 0;
      await seen('status');
      return true;
    });
    plant.provider.settings.hold = null;
    await completes(film);
    expect([bills('fal'), bills('elevenlabs')]).toEqual([1, 1]);
  });

  it('while the result is fetched: it is fetched again, not made again', async () => {
    script({ route: 'file', act: 'hang' });
    const film = await begin();
    await seen('file');
    await isMade(film.jobId, 'speech');
    kill('worker');
    await completes(film);
    expect(bills('fal')).toBe(1);
  });

  it('of the API right after it accepted a job: the job is started', async () => {
    const film = await begin();
    kill('api');
    await completes(film);
    expect([bills('fal'), bills('elevenlabs')]).toEqual([1, 1]);
  });

  it('after a provider that knows our labels made a voice: the voice is found and adopted, not made again', async () => {
    script({ route: 'add_voice', accepted: true, act: 'hang' });
    const clone = await beginClone();
    await eventually('the provider has made it', async () => bills('elevenlabs') === 1);
    kill('worker');
    await completes(clone);
    const { result } = await plant.call(`/v1/jobs/${clone.jobId}`);
    expect(result).toMatchObject({ voice_profile: { kind: 'cloned', voice_id: `elevenlabs:${plant.provider.creates[0]?.id}` } });
    expect(plant.provider.requests.map(({ route }) => route)).toEqual(expect.arrayContaining(['add_voice', 'voices']));
    expect(plant.provider.requests.filter(({ route }) => route === 'add_voice')).toHaveLength(1);
    expect(bills('elevenlabs')).toBe(1);
  });

  it('of the job in the middle of a render on our own machine: no process and no folder of it is left', async () => {
    const worker = plant.pidOf('worker');
    const words = `${'A long way down the river the boats come home late. '.repeat(3)}`;
    const film = plant.film(avatarId, words) as { output: object };
    const job = await plant.call('/v1/jobs', { ...film, output: { ...film.output, resolution: '1080p' }, callback: null });
    const jobId = String(job['job_id']);
    const busy = await eventually('its picture is being encoded', async () => {
      const now = leftoversOf(worker);
      return now.children.includes('ffmpeg') && (await isUnderWay(jobId, 'enhance')) ? now : null;
    });
    expect(busy.folders.length).toBeGreaterThan(0);
    await plant.call(`/v1/jobs/${jobId}/cancel`, {});
    expect(await plant.until(jobId, isOver)).toMatchObject({ status: 'cancelled' });
    await eventually('nothing of it is left', async () => {
      const { children, folders } = leftoversOf(worker);
      return children.length + folders.length === 0;
    });
    expect(plant.pidOf('worker')).toBe(worker);
  });
});
