import { setTimeout as pause } from 'node:timers/promises';
import { createPool } from '../../db/pool';
import { fault } from '../conformance/server/faults';
import { chanceFrom, type Chance } from '../engine/chance';
import { isOver, openPlant, type Json, type Part, type Plant } from './plant';

/** How long, how hard and with which dice; the same seed kills the same parts in the same order. */
interface Chaos {
  seed: number;
  kills: number;
  films: number;
}

/** The worker dies most often: it is where money is spent. */
const VICTIMS: readonly Part[] = ['worker', 'worker', 'worker', 'worker', 'worker', 'worker', 'api', 'api', 'postgres', 'temporal'];
/** What the providers do besides: lost answers of paid work, refusals, blips, slow and broken results. */
const TROUBLES: readonly object[] = [
  { route: 'submit', accepted: true, act: 'reset' },
  { route: 'submit', accepted: true, act: 'hang' },
  { route: 'submit', status: 429, headers: { 'retry-after': '1' } },
  { route: 'submit', status: 503 },
  { route: 'status', act: 'reset', times: 3 },
  { route: 'result', status: 500 },
  { route: 'file', act: 'truncate' },
  { route: 'timed_speech', status: 429 },
];
const MOST_BETWEEN_KILLS_MS = 4_000;

/**
 * Kills parts of the running product at random while films are made, and then holds the provider's ledger against ours:
 * nothing lost, nothing billed that we do not know of, every event delivered in order.
 */
async function main(chaos: Chaos): Promise<boolean> {
  console.log(`seed ${chaos.seed}: ${chaos.kills} kills over ${chaos.films} films`);
  const plant = await openPlant({
    providers: { BACKGROUND_PROVIDERS: 'fal', SPEECH_PROVIDERS: 'elevenlabs' },
    settings: { RECONCILE_WAIT_MS: '5000', RESUBMIT_BELOW_MICRO_USD: '0' },
  });
  try {
    const avatarId = await plant.makeAvatar();
    const films = await run(plant, chaos, avatarId);
    return await report(plant, films);
  } finally {
    await plant.close();
  }
}

interface Film {
  /** The job, and those that resumed it. */
  jobs: string[];
  words: string;
  /** Paid answers that were lost on their way, which the operator gave up and the backend bought again. */
  given_up: number;
}

async function run(plant: Plant, { seed, kills, films: count }: Chaos, avatarId: string): Promise<Film[]> {
  const dice = chanceFrom(seed);
  Object.assign(plant.provider.settings, { queue_ms: 300, work_ms: 1_500 });
  const films: Film[] = [];
  for (let at = 0; at < count; at += 1) {
    const words = `Chaos film ${at + 1} of seed ${seed}.`;
    const job = await plant.call('/v1/jobs', plant.film(avatarId, words));
    films.push({ jobs: [String(job['job_id'])], words, given_up: 0 });
  }
  for (let done = 0; done < kills; done += 1) {
    await pause(dice.below(MOST_BETWEEN_KILLS_MS));
    if (dice.of(40)) plant.provider.script.push(fault.parse(dice.pick(TROUBLES)));
    await strike(plant, dice, done + 1);
    await settleUnknown(plant, films);
  }
  const ended = Date.now();
  plant.provider.script.length = 0;
  const open = await countOpen(plant, films);
  for (const film of films) await finish(plant, films, film);
  console.log(`${open} of ${count} films were open at the last kill; the last of them ended ${((Date.now() - ended) / 1_000).toFixed(1)} s later`);
  return films;
}

async function countOpen(plant: Plant, films: Film[]): Promise<number> {
  const jobs = await Promise.all(films.map(({ jobs: ids }) => plant.call(`/v1/jobs/${ids.at(-1) ?? ''}`)));
  return jobs.filter((job) => !isOver(job)).length;
}

async function strike(plant: Plant, dice: Chance, number: number): Promise<void> {
  const part = dice.pick(VICTIMS);
  try {
    plant.kill(part);
    console.log(`kill ${number}: ${part}`);
  } catch {
    console.log(`kill ${number}: ${part} was not running`);
  }
}

/** The operator: looks into the provider's ledger; adopts a job that is there, sends again what is not, gives up what cannot be had any more. */
async function settleUnknown(plant: Plant, films: Film[]): Promise<void> {
  for (const film of films) {
    const { jobs, words } = film;
    const jobId = jobs.at(-1) ?? '';
    for (const gate of awaiting(await plant.call(`/v1/jobs/${jobId}`))) {
      if (gate.gate !== 'submit_unknown') continue;
      const resolution = decisionOn(plant, gate.stage, words);
      await plant.call(`/v1/jobs/${jobId}/resolve`, { stage: gate.stage, scene: gate.scenes[0] ?? null, ...resolution }, 'operator');
      if (resolution.resolution === 'abandon') film.given_up += 1;
      console.log(`operator: ${gate.stage} of "${words}" ${resolution.resolution}`);
    }
  }
}

function decisionOn(plant: Plant, stage: string, words: string): { resolution: string; provider_job_id?: string } {
  const provider = stage === 'backgrounds' ? 'fal' : 'elevenlabs';
  const found = plant.provider.creates.find((create) => create.provider === provider && create.prompt.includes(words));
  if (!found) return { resolution: 'resubmit' };
  // Speech comes with the answer: one that was lost is gone.
  return provider === 'fal' ? { resolution: 'adopt', provider_job_id: found.id } : { resolution: 'abandon' };
}

function awaiting(job: Json): { gate: string; stage: string; scenes: number[] }[] {
  return (job['awaiting'] ?? []) as { gate: string; stage: string; scenes: number[] }[];
}

/** Follows a film to its end; what was given up is resumed, as its backend would. */
async function finish(plant: Plant, films: Film[], film: Film): Promise<void> {
  for (;;) {
    const jobId = film.jobs.at(-1) ?? '';
    const job = await plant.until(jobId, (current) => isOver(current) || awaiting(current).length > 0);
    if (!isOver(job)) await settleUnknown(plant, films);
    else if (job['status'] === 'completed' || film.jobs.length > 5) return;
    else await resume(plant, film, job);
  }
}

async function resume(plant: Plant, film: Film, job: Json): Promise<void> {
  const { resumable_from, code } = job['error'] as { resumable_from: string; code: string };
  const jobId = String(job['job_id']);
  console.log(`backend: resumes "${film.words}" from ${resumable_from} after ${code}`);
  const resumed = await plant.call(`/v1/jobs/${jobId}/retry`, { idempotency_key: `resume-${jobId}`, from_stage: resumable_from, scope: 'downstream' });
  film.jobs.push(String(resumed['job_id']));
}

/** The ledger: by film, what the provider billed beside what we know of. */
async function report(plant: Plant, films: Film[]): Promise<boolean> {
  const pool = createPool(plant.stack.description.database_url);
  const problems: string[] = [];
  for (const { jobs, words, given_up } of films) {
    const last = await plant.call(`/v1/jobs/${jobs.at(-1) ?? ''}`);
    const job = await plant.call(`/v1/jobs/${jobs[0] ?? ''}`);
    if (last['status'] !== 'completed') problems.push(`${words} ended ${String(last['status'])}: ${JSON.stringify(last['error'])}`);
    const { rows } = await pool.query<{ family: string; known: number }>(
      `select family, count(*) filter (where status = 'succeeded' or settled_micro_usd > 0)::integer as known from intents where job_id = any($1) group by family`,
      [jobs],
    );
    for (const { family, known } of rows) {
      const billed = plant.provider.creates.filter((create) => create.provider === family && create.prompt.includes(words)).length;
      if (billed > known) problems.push(`${words} ${family} billed ${billed}, known ${known}`);
      const wanted = family === 'elevenlabs' ? 1 + given_up : 1;
      if (billed > wanted) problems.push(`${words} ${family} billed ${billed}, wanted ${wanted}`);
      console.log(`${words.padEnd(34)} ${family.padEnd(11)} billed ${billed}  known ${known}`);
    }
    const sequences = plant.receiver.accepted(`/${words.replaceAll(/[^a-z0-9]/gi, '-')}`);
    const expected = Array.from({ length: Number(job['last_sequence']) }, (_, at) => at + 1);
    if (!(await arrives(plant, words, expected))) problems.push(`${words} events ${sequences.join(',')} of ${expected.length}`);
  }
  await pool.end();
  for (const problem of problems) console.log(`PROBLEM ${problem}`);
  console.log(problems.length === 0 ? `nothing lost, nothing billed unknown or twice: ${plant.provider.creates.length} creates, ${films.reduce((sum, film) => sum + film.given_up, 0)} of them given up by the operator` : `${problems.length} problems`);
  return problems.length === 0;
}

async function arrives(plant: Plant, words: string, expected: number[]): Promise<boolean> {
  const place = `/${words.replaceAll(/[^a-z0-9]/gi, '-')}`;
  for (let left = 150; left > 0; left -= 1) {
    if (JSON.stringify(plant.receiver.accepted(place)) === JSON.stringify(expected)) return true;
    await pause(200);
  }
  return false;
}

function argument(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const given = at < 0 ? Number.NaN : Number(process.argv[at + 1]);
  return Number.isInteger(given) && given > 0 ? given : otherwise;
}

if (require.main === module) {
  void main({ seed: argument('seed', Date.now() % 1_000_000), kills: argument('kills', 80), films: argument('films', 24) }).then((isClean) => process.exit(isClean ? 0 : 1));
}
