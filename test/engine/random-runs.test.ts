import fc from 'fast-check';
import { breaksOf } from './engine-laws';
import { chanceFrom, type Chance } from './chance';
import { GATES, MODES } from '../../contracts/vocabulary';
import { outputPlan } from './plans';
import { randomPlan, type RandomPlan } from './random-plan';
import { randomWorld, type Weather } from './random-world';
import { simulateToAnyEnd } from './simulation';

const CALM: Weather = { failures: 0, parking: 0, cancels: 0, strayDecisions: 0, deadlines: 0, garbage: 0 };

/** Plays random plans in random worlds and expects every law to hold. */
async function playAll(weather: Weather, runs: number, draw: (chance: Chance) => RandomPlan = randomPlan): Promise<Record<string, number>> {
  const ends: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const chance = chanceFrom(seed);
      const random = draw(chance);
      const { simulation, result } = await simulateToAnyEnd(random.plan, randomWorld(chance, random, weather));
      const end = result ? result.kind : 'cancelled';
      ends[end] = (ends[end] ?? 0) + 1;
      expect(breaksOf(simulation, result, random)).toEqual([]);
    }),
    { numRuns: runs, endOnFailure: true },
  );
  return ends;
}

/** The product's own route, with any gates, any mode and any number of scenes. */
function outputRun(chance: Chance): RandomPlan {
  const scenes = 1 + chance.below(4);
  const gates = chance.some(GATES, 50);
  const deadline = chance.of(30) ? { deadline_ms: 1_000, on_deadline: chance.pick(['fail', 'approve'] as const) } : {};
  return { plan: outputPlan({ gates, mode: chance.pick(MODES), concurrency: 1 + chance.below(8), ...deadline }), scenes, counts: 'storyboard' };
}

describe('every run of a random plan keeps the laws of the engine', () => {
  it('when nothing goes wrong, and then it completes', async () => {
    const ends = await playAll(CALM, 800);
    expect(Object.keys(ends).sort()).toEqual(['completed', 'failed']);
  });

  it('when reviewers decide early, late, twice and against each other', async () => {
    const ends = await playAll({ ...CALM, strayDecisions: 30 }, 2_000);
    expect(ends['completed']).toBeGreaterThan(500);
  });

  it('when work fails', async () => {
    const ends = await playAll({ ...CALM, failures: 10, strayDecisions: 10 }, 1_000);
    expect(ends['failed']).toBeGreaterThan(200);
  });

  it('when work waits for a budget', async () => {
    await playAll({ ...CALM, parking: 25 }, 1_000);
  });

  it('when deadlines pass', async () => {
    await playAll({ ...CALM, deadlines: 25, strayDecisions: 10 }, 1_000);
  });

  it('when it is cancelled at any moment', async () => {
    const ends = await playAll({ ...CALM, cancels: 8, strayDecisions: 10 }, 1_000);
    expect(ends['cancelled']).toBeGreaterThan(100);
  });

  it('when signals hold garbage', async () => {
    await playAll({ ...CALM, garbage: 60, strayDecisions: 30 }, 1_000);
  });

  it('when everything happens at once', async () => {
    const ends = await playAll({ failures: 4, parking: 10, cancels: 2, strayDecisions: 25, deadlines: 10, garbage: 10 }, 3_000);
    expect(Object.keys(ends).sort()).toEqual(['cancelled', 'completed', 'failed']);
  });

  it('when it is the output route, whatever happens', async () => {
    const ends = await playAll({ failures: 1, parking: 5, cancels: 0.5, strayDecisions: 20, deadlines: 3, garbage: 5 }, 1_500, outputRun);
    expect(Object.keys(ends).sort()).toEqual(['cancelled', 'completed', 'failed']);
  });
});
