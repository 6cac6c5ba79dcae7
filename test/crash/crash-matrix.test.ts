import { fault } from '../conformance/server/faults';
import { eventually } from '../support/eventually';
import { isOver, openPlant, type Json, type Part, type Plant } from './plant';

/**
 * The points at which a crash could pay twice: while a submit is on its way, accepted and not yet known, known and not yet
 * finished, finished and not yet fetched; with the part that dies there. Counted is what the provider would bill.
 */
describe('a crash while work is paid for', () => {
  let plant: Plant;
  let avatarId: string;
  let films = 0;

  beforeAll(async () => {
    plant = await openPlant({
      providers: { BACKGROUND_PROVIDERS: 'fal', SPEECH_PROVIDERS: 'elevenlabs' },
      // Nothing is cheap here: a submit of unknown fate is never repeated by itself.
      settings: { RESUBMIT_BELOW_MICRO_USD: '0', RECONCILE_WAIT_MS: '4000' },
    });
    avatarId = await plant.makeAvatar();
  }, 240_000);
  afterAll(async () => plant?.close());
  beforeEach(() => plant.provider.reset());

  async function begin(): Promise<{ jobId: string; words: string }> {
    const words = `Film number ${(films += 1)} is short.`;
    const job = await plant.call('/v1/jobs', plant.film(avatarId, words));
    return { jobId: String(job['job_id']), words };
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
  const asksOperator = (job: Json): boolean => (job['awaiting'] as { gate: string }[]).some(({ gate }) => gate === 'submit_unknown');

  async function completes(jobId: string): Promise<Json> {
    const job = await plant.until(jobId, isOver);
    expect(job).toMatchObject({ status: 'completed' });
    return job;
  }

  it('after the provider accepted and before anybody knows: its report is waited for, and its job adopted', async () => {
    script({ route: 'submit', accepted: true, act: 'hang' });
    const { jobId } = await begin();
    await eventually('the provider has accepted it', async () => bills('fal') === 1);
    await isMade(jobId, 'speech');
    plant.kill('worker');
    await completes(jobId);
    expect([bills('fal'), bills('elevenlabs')]).toEqual([1, 1]);
  });

  it('before anything arrived: nothing is sent again until an operator says so', async () => {
    script({ route: 'submit', accepted: false, act: 'hang' });
    const { jobId } = await begin();
    await seen('submit');
    await isMade(jobId, 'speech');
    plant.kill('worker');
    await plant.until(jobId, asksOperator);
    expect(bills('fal')).toBe(0);
    await plant.call(`/v1/jobs/${jobId}/resolve`, { stage: 'backgrounds', scene: 1, resolution: 'resubmit' }, 'operator');
    await completes(jobId);
    expect(bills('fal')).toBe(1);
  });

  it('after a provider without any memory was paid: an operator decides, and the stage says what it may have cost', async () => {
    script({ route: 'timed_speech', accepted: true, act: 'hang' });
    const { jobId } = await begin();
    await eventually('the provider has done it', async () => bills('elevenlabs') === 1);
    await isMade(jobId, 'backgrounds');
    plant.kill('worker');
    await plant.until(jobId, asksOperator);
    await plant.call(`/v1/jobs/${jobId}/resolve`, { stage: 'speech', scene: 1, resolution: 'abandon' }, 'operator');
    const job = await plant.until(jobId, isOver);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'submit_unknown', resumable_from: 'speech' } });
    expect((job['cost'] as { spent_micro_usd: number }).spent_micro_usd).toBeGreaterThan(0);
    expect(bills('elevenlabs')).toBe(1);
  });

  it.each<[string, Part]>([
    ['the worker', 'worker'],
    ['the API', 'api'],
    ['Postgres', 'postgres'],
    ['Temporal', 'temporal'],
  ])('of %s while the provider works on it: the job is adopted', async (_, part) => {
    plant.provider.settings.hold = 'running';
    const { jobId } = await begin();
    await seen('status', 2);
    await isMade(jobId, 'speech');
    plant.kill(part);
    await eventually('the provider is asked again', async () => {
      plant.provider.requests.length = 0;
      await seen('status');
      return true;
    });
    plant.provider.settings.hold = null;
    await completes(jobId);
    expect([bills('fal'), bills('elevenlabs')]).toEqual([1, 1]);
  });

  it('while the result is fetched: it is fetched again, not made again', async () => {
    script({ route: 'file', act: 'hang' });
    const { jobId } = await begin();
    await seen('file');
    await isMade(jobId, 'speech');
    plant.kill('worker');
    await completes(jobId);
    expect(bills('fal')).toBe(1);
  });

  it('of the API right after it accepted a job: the job is started, and its events arrive in order', async () => {
    const { jobId, words } = await begin();
    plant.kill('api');
    await completes(jobId);
    const { last_sequence } = await plant.call(`/v1/jobs/${jobId}`);
    const place = `/${words.replaceAll(/[^a-z0-9]/gi, '-')}`;
    await eventually('every event is delivered', async () => plant.receiver.accepted(place).length === last_sequence);
    expect(plant.receiver.accepted(place)).toEqual(Array.from({ length: Number(last_sequence) }, (_, at) => at + 1));
    expect([bills('fal'), bills('elevenlabs')]).toEqual([1, 1]);
  });
});
