import { choosePoster } from '../../../../adapters/local/assembly/poster';
import { makeTrack, timelineOf } from './test-film';

const WORDS = [
  { text: 'One.', start_ms: 160, end_ms: 900 },
  { text: 'Two.', start_ms: 1_000, end_ms: 1_800 },
];
const TIMELINE = timelineOf([
  { end_ms: 2_000, words: WORDS },
  { end_ms: 4_000, words: WORDS.map((word) => ({ ...word, start_ms: word.start_ms + 2_000, end_ms: word.end_ms + 2_000 })) },
]);
/** Eyes are open in frame 30 of the second scene only. */
const TRACKS = [makeTrack({ duration_ms: 2_000, words: WORDS }, -1), makeTrack({ duration_ms: 2_000, words: WORDS }, 30)];
const cue = (start_ms: number, end_ms: number) => ({ start_ms, end_ms, lines: ['Words'] });

describe('the frame of a poster', () => {
  it('is the calmest one of the film', () => {
    expect(choosePoster({ tracks: TRACKS, timeline: TIMELINE })).toEqual({ at: 1, frame: 30 });
  });

  it('lies between captions that stand in the pictures', () => {
    const burned = [cue(160, 2_000), cue(2_160, 3_600), cue(3_680, 4_000)];
    const { at, frame } = choosePoster({ tracks: TRACKS, timeline: TIMELINE, burned });
    const time_ms = at * 2_000 + frame * 40;
    expect(burned.filter(({ start_ms, end_ms }) => start_ms <= time_ms && time_ms < end_ms)).toEqual([]);
  });

  it('may lie under a caption where captions stand all the time', () => {
    expect(choosePoster({ tracks: TRACKS, timeline: TIMELINE, burned: [cue(0, 2_000), cue(2_000, 4_000)] })).toEqual({ at: 1, frame: 30 });
  });

  it('shows the face, not the cutaway that lies over the calmest one', () => {
    const hidden = [[], [{ from: 20, to: 40 }]];
    const { at, frame } = choosePoster({ tracks: TRACKS, timeline: TIMELINE, hidden });
    expect(at === 1 && frame >= 20 && frame < 40).toBe(false);
  });

  it('is the middle of the first scene when nobody knows what its face does', () => {
    expect(choosePoster({ tracks: [null, null], timeline: TIMELINE })).toEqual({ at: 0, frame: 25 });
  });

  it('is then the nearest one to the middle without a caption', () => {
    expect(choosePoster({ tracks: [null, null], timeline: TIMELINE, burned: [cue(600, 1_200)] })).toEqual({ at: 0, frame: 30 });
  });
});
