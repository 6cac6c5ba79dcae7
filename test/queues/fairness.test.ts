import { eventually } from '../support/eventually';
import { startOrchestra, type Orchestra, type OrchestraOptions } from '../support/orchestra';
import { createTrivialFamily } from '../support/trivial-family';
import { recordedWork, submitCrowd, type Begun } from './crowd';

/**
 * Each test fills a queue while nobody serves it, adds one job, and looks where that job stands in the order in which work
 * began. Served first come, first served it would stand behind the whole crowd.
 */
describe('a job is not kept waiting', () => {
  let orchestra: Orchestra | null = null;
  let begun: Begun[] = [];

  afterEach(async () => {
    await orchestra?.close();
    orchestra = null;
  });

  async function start(options: OrchestraOptions, also?: (one: Begun) => Promise<void> | void): Promise<Orchestra> {
    begun = [];
    const adapters = createTrivialFamily({ scenes: () => 1, onCall: () => undefined });
    orchestra = await startOrchestra(adapters, { queues: [], work: recordedWork(begun, also), ...options });
    return orchestra;
  }

  /** How many of the crowd's jobs had begun a stage of this name before this job did. */
  async function before(jobId: string | undefined, stage: string, ofCrowd = stage): Promise<number> {
    const isIt = (one: Begun): boolean => one.job_id === jobId && one.stage === stage;
    await eventually('its stage begins', () => Promise.resolve(begun.some(isIt)));
    const earlier = begun.slice(0, begun.findIndex(isIt)).filter((one) => one.job_id !== jobId && one.stage === ofCrowd);
    return new Set(earlier.map((one) => one.job_id)).size;
  }

  it('by 500 marketing jobs: its queue is another', async () => {
    const { startWorkers, ...place } = await start({});
    await submitCrowd(place, { tenant: 'demo', count: 500, kind: 'cuts' });
    const [film] = await submitCrowd(place, { tenant: 'demo', count: 1, kind: 'film' });
    await startWorkers(['marketing', 'avatar', 'media']);
    expect(await before(film, 'payload', 'source')).toBeLessThan(125);
  });

  it('by 300 jobs of another tenant on its own queue', async () => {
    const { startWorkers, ...place } = await start({});
    await submitCrowd(place, { tenant: 'crowd', count: 300, kind: 'film' });
    const [film] = await submitCrowd(place, { tenant: 'other', count: 1, kind: 'film' });
    await startWorkers(['avatar']);
    expect(await before(film, 'payload')).toBeLessThan(75);
  });

  it('by the work of another tenant that fills the queues of activities: they inherit the key', async () => {
    const { startWorkers, ...place } = await start({ slots: { media_slots: 1, provider_slots: 1 } });
    const planned = (): number => begun.filter(({ stage }) => stage === 'storyboard').length;
    await startWorkers(['avatar']);
    await submitCrowd(place, { tenant: 'crowd', count: 60, kind: 'film' });
    await eventually('the whole crowd waits', () => Promise.resolve(planned() === 60));
    const [film] = await submitCrowd(place, { tenant: 'other', count: 1, kind: 'film' });
    const waiting = async (): Promise<number> => ((await place.handle(film ?? '').describe()).raw.pendingActivities ?? []).length;
    await eventually('the other waits too, for speech and background', async () => planned() === 61 && (await waiting()) === 2);
    await startWorkers(['media', 'provider']);
    expect(await before(film, 'speech')).toBeLessThan(10);
    expect(await before(film, 'backgrounds')).toBeLessThan(10);
    const queues = begun.map(({ stage, queue }) => `${stage} on ${queue}`);
    expect(queues).toEqual(expect.arrayContaining(['speech on media', 'backgrounds on provider']));
  });

  it('by a storm of 200 retries: they have a queue of their own', async () => {
    const { startWorkers, ...place } = await start({});
    await submitCrowd(place, { tenant: 'demo', count: 200, kind: 'retry' });
    const [film] = await submitCrowd(place, { tenant: 'demo', count: 1, kind: 'film' });
    await startWorkers(['retry', 'avatar']);
    expect(await before(film, 'payload')).toBeLessThan(50);
  });

  it('by stages that fail and are tried again: waiting for the next attempt takes no slot', async () => {
    const fail = ({ tenant, stage }: Begun): void => {
      if (tenant === 'storm' && stage === 'speech') throw new Error('again');
    };
    const { startWorkers, ...place } = await start({ slots: { media_slots: 2, provider_slots: 2 } }, fail);
    await startWorkers(['avatar', 'media', 'provider']);
    const storm = await submitCrowd(place, { tenant: 'storm', count: 50, kind: 'film' });
    const failed = (): number => begun.filter(({ tenant, stage }) => tenant === 'storm' && stage === 'speech').length;
    await eventually('each has failed once', () => Promise.resolve(failed() >= storm.length));
    const [film] = await submitCrowd(place, { tenant: 'demo', count: 1, kind: 'film' });
    const atStart = failed();
    await eventually('it is completed', async () => (await place.pool.query(`select 1 from jobs where job_id = $1 and status = 'completed'`, [film])).rowCount === 1);
    // Five attempts each are allowed to the storm: it must not be over before the other job is through.
    expect(failed() - atStart).toBeLessThan(4 * storm.length);
  });
});
