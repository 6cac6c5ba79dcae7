import { frameSize } from '../../contracts/media';
import type { FrozenPlan, FrozenRow } from '../../contracts/plan';
import type { OutputSnapshot, Snapshot } from '../../contracts/snapshot';
import type { StageName } from '../../contracts/vocabulary';

/** Integer micro-USD. */
export interface Range {
  low: number;
  high: number;
}

export const FREE: Range = { low: 0, high: 0 };

/** How large one item is, as far as it is known before there is a storyboard. */
export interface ItemSize {
  characters: number;
  duration_ms: number;
  width: number;
  height: number;
}

/** Price of one item of a stage with a family, by its dated tariff. */
export type PriceOf = (route: { stage: StageName; family: string; size: ItemSize }) => Range;

/** A sentence is rarely shorter, so a script has no more scenes than this allows. */
const SHORTEST_SCENE_CHARACTERS = 60;
/** Speech at 130 to 170 words a minute is about this many characters a second. */
const CHARACTERS_A_SECOND = 14;
/** A brief becomes a script of about this length. */
const BRIEF_CHARACTERS = 900;
const PORTRAIT = { width: 1024, height: 1024 };

/** What a job has to make, as far as it is known: how many scenes, and how much is spoken in each. */
export interface JobSize {
  scenes: Range;
  characters: number;
  frame: { width: number; height: number };
}

export function jobSizeOf(snapshot: Snapshot, plan: FrozenPlan): JobSize {
  if (snapshot.job_type !== 'avatar_output') return { scenes: { low: 1, high: 1 }, characters: 0, frame: PORTRAIT };
  const characters = spokenCharacters(snapshot);
  const frame = frameSize(snapshot.output.aspect_ratio, snapshot.output.resolution);
  if (plan.scenes !== null) return { scenes: { low: plan.scenes, high: plan.scenes }, characters, frame };
  const most = snapshot.mode === 'single_scene' ? 1 : Math.max(1, Math.ceil(characters / SHORTEST_SCENE_CHARACTERS));
  return { scenes: { low: 1, high: snapshot.scenes?.length ?? most }, characters, frame };
}

function spokenCharacters(snapshot: OutputSnapshot): number {
  const text = snapshot.script ?? snapshot.scenes?.map((scene) => scene.transcript).join(' ');
  return text?.length ?? BRIEF_CHARACTERS;
}

/** What the items of a row that still have to run will cost in all; exact where the scenes are known. */
export function rowCost(row: FrozenRow, size: JobSize, priceOf: PriceOf): Range {
  if (row.family === undefined || row.known === 'all') return FREE;
  const { stage, family } = row;
  const known = row.known.length;
  const sum = (count: number): Range => {
    const left = Math.max(0, count - known);
    const price = priceOf({ stage, family, size: itemSize(size, row.each ? count : 1) });
    return { low: price.low * left, high: price.high * left };
  };
  if (!row.each) return priceOf({ stage, family, size: itemSize(size, 1) });
  return { low: Math.min(sum(size.scenes.low).low, sum(size.scenes.high).low), high: Math.max(sum(size.scenes.low).high, sum(size.scenes.high).high) };
}

/** What one item of a row costs where the number of scenes is known. */
export function itemCost(row: FrozenRow, size: JobSize, priceOf: PriceOf): Range {
  return row.family === undefined ? FREE : priceOf({ stage: row.stage, family: row.family, size: itemSize(size, row.each ? size.scenes.high : 1) });
}

function itemSize({ characters, frame }: JobSize, count: number): ItemSize {
  const own = Math.ceil(characters / count);
  return { characters: own, duration_ms: Math.ceil((own / CHARACTERS_A_SECOND) * 1_000), ...frame };
}

export function planCost(plan: FrozenPlan, snapshot: Snapshot, priceOf: PriceOf): Range {
  const size = jobSizeOf(snapshot, plan);
  return plan.rows.map((row) => rowCost(row, size, priceOf)).reduce(add, FREE);
}

export function add(a: Range, b: Range): Range {
  return { low: a.low + b.low, high: a.high + b.high };
}
