import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { createPool } from '../../db/pool';
import { openPlant, RECEIVER_SECRET, type Plant } from '../crash/plant';
import { liveThrough, PHOTO, PROVIDERS, SAMPLE } from './busy-day';
import { decoded, KEPT_AT_HOME, SAID_TO_PROVIDERS, slicesOf } from './canaries';

describe('what a run leaves in logs, histories and errors', () => {
  let plant: Plant;
  let left: Record<string, string>;

  beforeAll(async () => {
    const keys = Object.fromEntries(['FAL', 'OPENAI', 'ELEVENLABS'].map((family) => [`${family}_API_KEY`, SAID_TO_PROVIDERS.provider_key]));
    // What may have been accepted is asked for again at once, whatever it costs.
    const settings = { ...keys, LOG_LEVEL: 'trace', RECONCILE_WAIT_MS: '0', RESUBMIT_BELOW_MICRO_USD: '100000000' };
    plant = await openPlant({ providers: PROVIDERS, settings });
    await liveThrough(plant);
    left = { ...logs(), ...(await histories()), ...(await records()) };
  }, 300_000);
  afterAll(async () => plant?.close());

  function logs(): Record<string, string> {
    const dir = path.join(plant.folder, 'log');
    return Object.fromEntries(readdirSync(dir).map((name) => [`log/${name}`, readFileSync(path.join(dir, name), 'utf8')]));
  }

  async function histories(): Promise<Record<string, string>> {
    const connection = await Connection.connect({ address: plant.stack.description.temporal_address });
    const client = new Client({ connection });
    const found: Record<string, string> = {};
    for await (const { workflowId, type } of client.workflow.list()) {
      const handle = client.workflow.getHandle(workflowId);
      const plain = historyToJSON(await handle.fetchHistory());
      // Payloads stand in base64: what an operator reads in the Web UI is decoded.
      found[`history of ${type} ${workflowId}`] = plain + decoded(plain) + JSON.stringify(await handle.describe(), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    }
    await connection.close();
    return found;
  }

  /** What Postgres keeps of faults and attempts; scripts and prompts have their own columns. */
  async function records(): Promise<Record<string, string>> {
    const pool = createPool(plant.stack.description.database_url);
    const text = async (sql: string): Promise<string> => JSON.stringify((await pool.query(sql)).rows);
    const found = {
      'errors of steps': await text('select error, failover from steps'),
      'errors of jobs': await text('select error from jobs'),
      'faults of intents': await text('select fault, provider_job, reported from intents'),
      deliveries: await text('select url_host, error, http_status from deliveries'),
      events: await text('select type, data from events'),
    };
    await pool.end();
    return found;
  }

  const placesOf = (...words: string[]): string[] => Object.entries(left).filter(([, text]) => words.some((word) => text.includes(word))).map(([place]) => place);
  const heardBy = (provider: string): string => plant.provider.requests.filter((request) => request.provider === provider).map(({ said }) => said).join('\n');

  it('was looked at whole: every process wrote a log, every workflow has a history, every provider was asked for everything', () => {
    const places = Object.keys(left);
    for (const part of ['log/api.log', 'log/worker.log', 'avatarCreation', 'avatarOutput', 'deliverEvents', 'voiceCloning', 'faults of intents']) {
      expect([part, places.some((place) => place.includes(part))]).toEqual([part, true]);
    }
    const routes = new Set(plant.provider.requests.map(({ route }) => route));
    expect([...routes]).toEqual(expect.arrayContaining(['add_voice', 'file', 'image', 'plan', 'result', 'status', 'submit', 'timed_speech', 'voices']));
    for (const code of ['provider_auth', 'provider_bad_input']) expect(placesOf(code)).toContain('errors of steps');
    expect(placesOf('submit_unknown')).toContain('faults of intents');
  });

  it.each(Object.entries(SAID_TO_PROVIDERS))('holds nothing of the %s, which a provider was told and gave back', (_what, word) => {
    expect(['fal', 'openai', 'elevenlabs'].some((provider) => heardBy(provider).includes(word))).toBe(true);
    expect(placesOf(word)).toEqual([]);
  });

  it.each(Object.entries(KEPT_AT_HOME))('holds nothing of the %s, of which no provider hears', (_what, word) => {
    expect(['fal', 'openai', 'elevenlabs'].filter((provider) => heardBy(provider).includes(word))).toEqual([]);
    expect(placesOf(word)).toEqual([]);
  });

  it('holds no stretch of a face or a voice, as it came in and as it went out', () => {
    const pictureOut = fileIn(heardBy('openai'), '\x89PNG');
    const voiceOut = fileIn(heardBy('elevenlabs'), 'RIFF');
    const stretches = [slicesOf(readFileSync(PHOTO), 99_999), slicesOf(readFileSync(SAMPLE), 30_000), slicesOf(pictureOut, 999), slicesOf(voiceOut, 999)];
    for (const slices of stretches) expect(placesOf(...slices)).toEqual([]);
    // The echo does say it, so a place that kept an answer would show.
    expect(slicesOf(pictureOut, 999).filter((slice) => heardBy('openai').includes(slice))).toHaveLength(1);
  });

  it('holds no service token, no signing secret and no signed link, of which providers were lent some', () => {
    const secrets = JSON.parse(readFileSync(path.join(plant.folder, 'secrets.json'), 'utf8')) as { asset_url_secret: string; callback_secret: string; database_password: string };
    const tokens = Object.values(plant.stack.description.tenants).flatMap((roles) => Object.values(roles));
    for (const secret of [...tokens, RECEIVER_SECRET, secrets.asset_url_secret, secrets.callback_secret, secrets.database_password]) expect(placesOf(secret)).toEqual([]);
    expect(heardBy('fal')).toContain('signature=');
    expect(placesOf('signature=')).toEqual([]);
  });
});

/** A file in what a provider heard, as far as that was kept. */
function fileIn(heard: string, start: string): Buffer {
  const at = heard.indexOf(start);
  if (at < 0) throw new Error('No such file was sent.');
  return Buffer.from(heard.slice(at, at + 2_000), 'latin1');
}
