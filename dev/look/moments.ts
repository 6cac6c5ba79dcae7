import type { Timeline } from '../../contracts/media';
import type { FaceTrack } from '../../adapters/capabilities/lip-sync';

export type MomentKind = 'sentence' | 'closure' | 'opening' | 'transition' | 'sample';

/** A frame worth looking at. */
export interface Moment {
  frame: number;
  kind: MomentKind;
  label: string;
}

export interface FilmFacts {
  fps: number;
  frames: number;
  timeline: Timeline | null;
  /** One a scene in order; null where there is none. */
  tracks: (FaceTrack | null)[];
}

/** Tiles of one kind; more of them are thinned out evenly, so that one sheet stays legible. */
const MOST: Record<MomentKind, number> = { sentence: 16, closure: 18, opening: 12, transition: 16, sample: 24 };
/** A sentence is looked at when its first sound is under way. */
const INTO_SENTENCE_MS = 120;

/**
 * Sentence starts, closures, wide openings and both sides of every transition, in order of time; without a timeline, even
 * samples.
 */
export function chooseMoments(film: FilmFacts): Moment[] {
  const { timeline, frames } = film;
  if (!timeline) return evenSamples(frames);
  const all = [...transitions(timeline), ...sentenceStarts(timeline), ...closures(film, timeline), ...openings(film, timeline)];
  const inside = all.filter(({ frame }) => frame >= 0 && frame < frames);
  const kinds = Object.keys(MOST) as MomentKind[];
  const kept = kinds.flatMap((kind) => thin(inside.filter((moment) => moment.kind === kind), MOST[kind]));
  const seen = new Set<string>();
  return kept
    .sort((a, b) => a.frame - b.frame)
    .filter(({ frame, kind }) => !seen.has(`${kind} ${frame}`) && seen.add(`${kind} ${frame}`));
}

function evenSamples(frames: number): Moment[] {
  const count = Math.min(MOST.sample, frames);
  return Array.from({ length: count }, (_, i) => {
    return { frame: Math.floor(((i + 0.5) * frames) / count), kind: 'sample', label: '' };
  });
}

function transitions({ scenes, fps }: Timeline): Moment[] {
  return scenes.slice(1).flatMap((scene, at): Moment[] => {
    const frame = Math.round((scene.start_ms * fps) / 1000);
    const before = scenes[at]?.scene ?? at + 1;
    return [
      { frame: frame - 1, kind: 'transition', label: `scene ${before} ends` },
      { frame, kind: 'transition', label: `scene ${scene.scene} starts` },
    ];
  });
}

function sentenceStarts({ scenes, fps }: Timeline): Moment[] {
  return scenes.flatMap(({ words }) =>
    words
      .filter((_, at) => at === 0 || /[.!?…]["”’)]*$/.test(words[at - 1]?.text ?? ''))
      .map(({ text, start_ms }): Moment => {
        return { frame: Math.round(((start_ms + INTO_SENTENCE_MS) * fps) / 1000), kind: 'sentence', label: text };
      }),
  );
}

/** From the face tracks, which know the very frames; else from the letters of the words, which is a guess. */
function closures({ tracks }: FilmFacts, timeline: Timeline): Moment[] {
  const { fps } = timeline;
  return timeline.scenes.flatMap((scene, at) => {
    const track = tracks[at];
    const first = Math.round((scene.start_ms * fps) / 1000);
    const spans = track
      ? track.closures.map(({ from, to }) => ({ from: first + from, to: first + to }))
      : scene.words.flatMap((word) => spelledClosures(word).map((at_ms) => spanAt((at_ms * fps) / 1000)));
    return spans.map(({ from, to }): Moment => {
      // Lips meet before the sound is heard, so the word is the one at the closure's end.
      return { frame: Math.floor((from + to) / 2), kind: 'closure', label: wordAt(scene.words, ((to + 1) * 1000) / fps) };
    });
  });
}

const spanAt = (frame: number) => ({ from: Math.round(frame), to: Math.round(frame) });

/** The widest opening of each sentence that a track knows of: there the inside of the mouth shows. */
function openings({ tracks }: FilmFacts, { scenes, fps }: Timeline): Moment[] {
  return scenes.flatMap((scene, at) => {
    const jaw = tracks[at]?.channels.jaw ?? [];
    const first = Math.round((scene.start_ms * fps) / 1000);
    const under = Math.round((INTO_SENTENCE_MS * fps) / 1000);
    const starts = sentenceStarts({ scenes: [scene], fps, duration_ms: scene.end_ms }).map(({ frame }) => frame - first - under);
    return starts.flatMap((from, sentence): Moment[] => {
      const said = jaw.slice(Math.max(0, from), starts[sentence + 1]);
      if (said.length === 0) return [];
      const frame = first + Math.max(0, from) + said.indexOf(Math.max(...said));
      return [{ frame, kind: 'opening', label: wordAt(scene.words, ((frame + 1) * 1000) / fps) }];
    });
  });
}

function spelledClosures({ text, start_ms, end_ms }: { text: string; start_ms: number; end_ms: number }): number[] {
  return [...text.matchAll(/[pbm]+/gi)].map(({ index }) => start_ms + ((index + 0.3) / text.length) * (end_ms - start_ms));
}

function wordAt(words: readonly { text: string; start_ms: number; end_ms: number }[], time_ms: number): string {
  const away = (word: { start_ms: number; end_ms: number }) => Math.max(word.start_ms - time_ms, time_ms - word.end_ms);
  return words.reduce((best, word) => (away(word) < away(best) ? word : best), words[0] ?? { text: '', start_ms: 0, end_ms: 0 }).text;
}

function thin<Item>(items: Item[], most: number): Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);
}
