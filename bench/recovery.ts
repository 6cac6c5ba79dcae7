import { isOver, openPlant, type Part, type Plant } from '../test/crash/plant';
import { eventually } from '../test/support/eventually';
import type { Report } from './report';
import { median } from './report';

const PARTS: readonly Part[] = ['worker', 'api', 'postgres', 'temporal'];
const ROUNDS = 3;
/** Its stages before and after the provider's are done by this machine; this is what the kill may add to them. */
const MOST_ADDED_S = 15;

/**
 * What a kill adds to a film that waits for its provider: the part is killed at the moment in which the provider ends, and the
 * film's way to its end is timed, beside films of which nothing was killed.
 */
export async function benchRecovery(report: Report): Promise<void> {
  const plant = await openPlant({ providers: { BACKGROUND_PROVIDERS: 'fal' } });
  try {
    const avatarId = await plant.makeAvatar();
    await film(plant, avatarId, null);
    const undisturbed: number[] = [];
    const killed = new Map<Part, number[]>(PARTS.map((part) => [part, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      undisturbed.push(await film(plant, avatarId, null));
      for (const part of PARTS) killed.get(part)!.push(await film(plant, avatarId, part));
    }
    const usual = median(undisturbed);
    report.note('recovery: s from the provider to the film, nothing killed', usual.toFixed(1));
    for (const [part, times] of killed) report.check(`recovery: s that kill -9 of ${part} adds at most`, Math.max(...times) - usual, { most: MOST_ADDED_S });
  } finally {
    await plant.close();
  }
}

/** Seconds from the provider's end, and the kill, to the film. */
async function film(plant: Plant, avatarId: string, part: Part | null): Promise<number> {
  plant.provider.reset();
  plant.provider.settings.hold = 'running';
  const job = String((await plant.call('/v1/jobs', plant.film(avatarId, 'A film is short.')))['job_id']);
  await eventually('its provider works and all else waits', async () => (await speechIsMade(plant, job)) && plant.provider.requests.some(({ route }) => route === 'status'));
  plant.provider.settings.hold = null;
  const start = performance.now();
  if (part !== null) plant.kill(part);
  const ended = await plant.until(job, isOver);
  if (ended['status'] !== 'completed') throw new Error(`A film ended ${String(ended['status'])} after a kill of ${part ?? 'nothing'}.`);
  return (performance.now() - start) / 1000;
}

async function speechIsMade(plant: Plant, job: string): Promise<boolean> {
  const { stages } = await plant.call(`/v1/jobs/${job}/stages`);
  return (stages as { stage: string; status: string }[]).some(({ stage, status }) => stage === 'speech' && status === 'completed');
}
