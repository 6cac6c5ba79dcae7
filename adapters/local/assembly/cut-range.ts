import type { SpeechTiming, Timeline, TimelineScene, Word } from '../../../contracts/media';

/** Silence kept after the last word, so that it does not sound cut off. */
const HOLD_MS = 240;

/**
 * Length of a cut from the film's start, in ms and whole frames: the whole film where it is short enough, else up to the
 * last sentence that fits; where not even the first one does, up to the last word; else just as long as allowed.
 * `timings` are in scene time, one for each scene of the timeline.
 */
export function cutLength(timeline: Timeline, timings: Pick<SpeechTiming, 'sentences'>[], max_ms: number | null): number {
  if (max_ms === null || timeline.duration_ms <= max_ms) return timeline.duration_ms;
  const frame = 1000 / timeline.fps;
  const most = Math.floor(max_ms / frame) * frame;
  const pauses = timeline.scenes.flatMap((scene, at) => pausesOf(scene, timings[at]?.sentences ?? []));
  const sentence = longest(pauses.filter((pause) => pause.ends_sentence), { most, frame });
  return sentence ?? longest(pauses, { most, frame }) ?? most;
}

/** The silence between two words, in film time. */
interface Pause {
  from_ms: number;
  to_ms: number;
  ends_sentence: boolean;
}

function pausesOf(scene: TimelineScene, sentences: SpeechTiming['sentences']): Pause[] {
  return scene.words.map((word, at) => {
    const next = scene.words[at + 1];
    const ends_sentence = !next || endsSentence({ word, next, scene, sentences });
    return { from_ms: word.end_ms, to_ms: next?.start_ms ?? scene.end_ms, ends_sentence };
  });
}

function endsSentence(at: { word: Word; next: Word; scene: TimelineScene; sentences: SpeechTiming['sentences'] }): boolean {
  const { word, next, scene, sentences } = at;
  if (sentences.length === 0) return /[.!?…]["'”’)\]]*$/.test(word.text);
  const ends = sentences.map((sentence) => scene.start_ms + sentence.end_ms - 20);
  return ends.some((end) => word.start_ms < end && end <= next.start_ms);
}

function longest(pauses: Pause[], { most, frame }: { most: number; frame: number }): number | null {
  const lengths = pauses.flatMap(({ from_ms, to_ms }) => {
    const first = Math.ceil(from_ms / frame) * frame;
    const last = Math.floor(Math.min(from_ms + HOLD_MS, to_ms, most) / frame) * frame;
    // Words that touch leave no whole frame between them: then the cut falls on the frame in which the word ends.
    const end = Math.max(first, last);
    return end > 0 && end <= most ? [end] : [];
  });
  return lengths.length === 0 ? null : Math.max(...lengths);
}

/** The film's timeline up to a cut's end. */
export function trimTimeline(timeline: Timeline, duration_ms: number): Timeline {
  const scenes = timeline.scenes
    .filter((scene) => scene.start_ms < duration_ms)
    .map((scene) => ({
      ...scene,
      end_ms: Math.min(scene.end_ms, duration_ms),
      words: scene.words.filter((word) => word.end_ms <= duration_ms),
    }));
  return { ...timeline, duration_ms, scenes };
}
