import type { PhotoInspection } from './inspect-photo';
import { MERITS } from './judge';

export interface Candidate {
  /** Position in the request, from 0. */
  photo: number;
  inspection: PhotoInspection;
}

/** A merit counts as an advantage from this much ahead of the mean of the other photos. */
const AHEAD = 0.08;

/** One sentence for people: why this photo was chosen among those that can be used. Photos are counted from 1. */
export function explainChoice(best: Candidate, usable: Candidate[], total: number): string {
  const name = `Photo ${best.photo + 1}`;
  if (total === 1) return `${name} is the only photo, and it can be used.`;
  if (usable.length === 1) return `${name} is the only one of ${total} photos that can be used.`;
  const others = usable.filter((one) => one.photo !== best.photo);
  const advantages = MERITS.map(([words, weight, value]) => {
    const mean = others.reduce((sum, one) => sum + value(one.inspection.metrics), 0) / others.length;
    return { words, lead: weight * (value(best.inspection.metrics) - mean) };
  });
  const notable = advantages.filter(({ lead }) => lead > AHEAD).sort((a, b) => b.lead - a.lead);
  const reasons = notable.slice(0, 2).map(({ words }) => words);
  if (reasons.length === 0)
    return `${name} was chosen: all usable photos are equally good, and it comes first.`;
  return `${name} was chosen: it has ${reasons.join(' and ')} of ${usable.length} usable photos.`;
}
