import { cutLength, trimTimeline } from '../../../../adapters/local/assembly/cut-range';
import type { Word } from '../../../../contracts/media';
import { timelineOf } from './test-film';

/** `[text, start, end]` in film time. */
function words(...given: [string, number, number][]): Word[] {
  return given.map(([text, start_ms, end_ms]) => ({ text, start_ms, end_ms }));
}

const FILM = timelineOf([
  { end_ms: 4_000, words: words(['Dr.', 100, 400], ['Who', 440, 800], ['speaks.', 850, 1_510], ['Then', 2_000, 2_300], ['more.', 2_350, 3_000]) },
  { end_ms: 6_000, words: words(['The', 4_100, 4_300], ['end.', 4_320, 5_800]) },
]);
const SENTENCES = [
  { sentences: [{ text: 'Dr. Who speaks.', start_ms: 100, end_ms: 1_510 }, { text: 'Then more.', start_ms: 2_000, end_ms: 3_000 }] },
  { sentences: [{ text: 'The end.', start_ms: 100, end_ms: 1_800 }] },
];

describe('the length of a cut', () => {
  it.each([
    ['the whole film without a limit', null, 6_000],
    ['the whole film where it is short enough', 6_000, 6_000],
    ['up to the last sentence that fits, with a breath behind it', 5_000, 3_240],
    ['up to the limit where the breath would go beyond it', 3_080, 3_080],
    ['up to the first sentence and not to an abbreviation', 2_400, 1_720],
    ['up to the last word where no sentence fits', 1_000, 840],
    ['as long as allowed where not even a word fits', 300, 280],
  ])('is %s', (_, most, expected) => {
    expect(cutLength(FILM, SENTENCES, most)).toBe(expected);
  });

  it('goes by punctuation where an engine knows no sentences', () => {
    expect(cutLength(FILM, [{ sentences: [] }, { sentences: [] }], 2_400)).toBe(1_720);
  });

  it('is whole frames, never beyond the limit and never inside a word, whatever the limit is', () => {
    for (let most = 1_000; most < 6_000; most += 37) {
      const length = cutLength(FILM, SENTENCES, most);
      const inside = FILM.scenes.flatMap((scene) => scene.words).filter((word) => word.start_ms < length && length < word.end_ms);
      expect([length % 40, length <= most, inside]).toEqual([0, true, []]);
    }
  });
});

it('cuts a timeline to the scenes and words of a shorter film', () => {
  const cut = trimTimeline(FILM, 4_200);
  expect(cut.scenes.map(({ scene, end_ms }) => [scene, end_ms])).toEqual([[1, 4_000], [2, 4_200]]);
  expect(cut.scenes[1]?.words).toEqual([]);
});
