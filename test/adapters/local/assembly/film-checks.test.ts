import { buildCues } from '../../../../adapters/local/assembly/cues';
import { checkCaptions, checkLips } from '../../../../adapters/local/assembly/film-checks';
import { makeTrack, timelineOf } from './test-film';

const DURATION_MS = 12_000;
const WORDS = [
  { text: 'See', start_ms: 160, end_ms: 480 },
  { text: 'antidisestablishmentarianism'.repeat(33).slice(0, 900), start_ms: 500, end_ms: 10_000 },
  { text: 'there.', start_ms: 10_040, end_ms: 10_400 },
];
const TIMELINE = timelineOf([{ end_ms: DURATION_MS, words: WORDS }]);
const CUES = buildCues([{ end_ms: DURATION_MS, words: WORDS, sentence_ends_ms: [10_400] }]);

describe('the checks of a film with a word of 900 letters', () => {
  const film = { timeline: TIMELINE, duration_ms: DURATION_MS };

  it('find its captions in time', () => {
    expect(CUES.length).toBeGreaterThan(10);
    expect(checkCaptions(CUES, film)).toMatchObject([
      { name: 'captions_misplaced', value: 0, passed: true },
      { name: 'caption_offset_ms', value: 0, passed: true },
    ]);
  });

  it('find captions that come too late inside the word', () => {
    const late = CUES.map((cue) => ({ ...cue, start_ms: cue.start_ms + 200 }));
    const offset = checkCaptions(late, film).find(({ name }) => name === 'caption_offset_ms');
    expect(offset).toMatchObject({ value: 200, passed: false });
  });

  it('find lips that follow it, though they hardly rest', () => {
    const track = makeTrack({ duration_ms: DURATION_MS, words: WORDS }, -1);
    // A mouth is still open for two frames after a word, and before one.
    const { jaw } = track.channels;
    track.channels.jaw = jaw.map((_, frame) => Math.max(...jaw.slice(Math.max(0, frame - 2), frame + 3)));
    expect(checkLips(1, track, TIMELINE)).toMatchObject({ name: 'lip_movement', passed: true });
  });

  it('find lips that rest as wide open as they speak', () => {
    const track = makeTrack({ duration_ms: DURATION_MS, words: WORDS }, -1);
    track.channels.jaw.fill(0.3);
    expect(checkLips(1, track, TIMELINE)).toMatchObject({ name: 'lip_movement', passed: false });
  });
});
