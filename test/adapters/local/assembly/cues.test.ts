import fc from 'fast-check';
import { parseSubRip, toSubRip, toWebVtt } from '../../../../adapters/local/assembly/caption-files';
import { breakLines, buildCues } from '../../../../adapters/local/assembly/cues';
import type { SpokenScene } from '../../../../adapters/local/assembly/cues';
import { placeScenes, shiftWords } from '../../../../adapters/local/assembly/timeline';
import type { Word } from '../../../../contracts/media';

const text = fc.oneof(
  fc.constantFrom('word', 'a', 'sentence.', 'clause,', 'Why?', '<b>', '-->', '&amp;', 'naïve'),
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ minLength: 40, maxLength: 100 }),
);
const step = fc.record({
  text,
  gap: fc.integer({ min: 0, max: 900 }),
  length: fc.integer({ min: 0, max: 8000 }),
});

/** Words in order, some of no length, some longer than a caption may stand. */
const scenes = fc.array(fc.array(step, { maxLength: 40 }), { minLength: 1, maxLength: 5 }).map((film) => {
  let at = 0;
  return film.map((steps): SpokenScene => {
    const words: Word[] = steps.map((one) => {
      const start_ms = at + one.gap;
      at = start_ms + one.length;
      return { text: one.text, start_ms, end_ms: at };
    });
    at = Math.ceil((at + 1) / 40) * 40;
    return { end_ms: at, words, sentence_ends_ms: [] };
  });
});

describe('captions', () => {
  it('keep every limit for any words', () => {
    fc.assert(
      fc.property(scenes, (film) => {
        const cues = buildCues(film);
        cues.forEach((cue, at) => {
          expect(cue.lines.length).toBeLessThanOrEqual(2);
          cue.lines.forEach((line) => expect([...line].length).toBeLessThanOrEqual(42));
          expect(cue.end_ms).toBeGreaterThan(cue.start_ms);
          expect(cue.end_ms - cue.start_ms).toBeLessThanOrEqual(6000);
          expect(cue.start_ms).toBeGreaterThanOrEqual(cues[at - 1]?.end_ms ?? 0);
          expect(cue.end_ms).toBeLessThanOrEqual(film.at(-1)?.end_ms ?? 0);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('hold every word once, in order', () => {
    fc.assert(
      fc.property(scenes, (film) => {
        const spoken = film.flatMap((scene) => scene.words.map((word) => word.text));
        const flat = (parts: string[]) => parts.join('').replace(/\s/g, '');
        expect(flat(buildCues(film).flatMap((cue) => cue.lines))).toBe(flat(spoken));
      }),
      { numRuns: 300 },
    );
  });

  const say = (script: string, pace = 300): Word[] =>
    script.split(' ').map((word, at) => ({ text: word, start_ms: at * pace, end_ms: at * pace + pace - 20 }));

  it('begin anew with a sentence and after half a second of silence', () => {
    const words = say('One two. Three four');
    const last: Word = {
      text: 'five',
      start_ms: words.at(-1)!.end_ms + 501,
      end_ms: words.at(-1)!.end_ms + 800,
    };
    const cues = buildCues([{ end_ms: 9000, words: [...words, last], sentence_ends_ms: [580] }]);
    expect(cues.map((cue) => cue.lines)).toEqual([['One two.'], ['Three four'], ['five']]);
  });

  it('take sentence ends from the engine, so that an abbreviation ends none', () => {
    const cues = buildCues([{ end_ms: 9000, words: say('Dr. Brown came home.'), sentence_ends_ms: [1180] }]);
    expect(cues.map((cue) => cue.lines)).toEqual([['Dr. Brown came home.']]);
  });

  it('cut a long sentence after a comma rather than anywhere', () => {
    const cues = buildCues([
      {
        end_ms: 60_000,
        words: say(
          'When the sun rises over the old harbour in spring, the fishermen who came back in the night sort what they caught.',
          200,
        ),
        sentence_ends_ms: [4380],
      },
    ]);
    expect(cues[0]?.lines.join(' ')).toBe('When the sun rises over the old harbour in spring,');
  });

  it('stay a quarter of a second after the last word', () => {
    const cues = buildCues([{ end_ms: 9000, words: say('One two.'), sentence_ends_ms: [] }]);
    expect(cues[0]).toMatchObject({ start_ms: 0, end_ms: 580 + 250 });
  });

  it('break into two lines of like length', () => {
    expect(breakLines('The quick brown fox jumps over the lazy dog near the river')).toEqual([
      'The quick brown fox jumps over',
      'the lazy dog near the river',
    ]);
  });

  it('never become markup or a time line', () => {
    const cues = [{ start_ms: 0, end_ms: 3_723_004, lines: ['<b>bold</b> & --> more'] }];
    expect(toWebVtt(cues)).toBe(
      'WEBVTT\n\n1\n00:00:00.000 --> 01:02:03.004\n&lt;b&gt;bold&lt;/b&gt; &amp; --&gt; more\n',
    );
    expect(toSubRip(cues)).toBe('1\n00:00:00,000 --> 01:02:03,004\n‹b›bold‹/b› & --› more\n');
  });

  it('keeps commands of terminals and players out of captions', () => {
    const cues = [{ start_ms: 0, end_ms: 1000, lines: ['a\u0007 \u001b[31mred\u007f \u202eevil {\\an8}top'] }];
    expect(toWebVtt(cues)).toBe('WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\na [31mred evil {\\an8}top\n');
    expect(toSubRip(cues)).toBe('1\n00:00:00,000 --> 00:00:01,000\na [31mred evil (\\an8)top\n');
  });

  it('can be read back from SubRip', () => {
    const cues = [
      { start_ms: 0, end_ms: 1500, lines: ['One', 'two'] },
      { start_ms: 1500, end_ms: 61_000, lines: ['three'] },
    ];
    expect(parseSubRip(toSubRip(cues))).toEqual(cues);
  });
});

describe('timeline', () => {
  const durations = fc.array(
    fc.integer({ min: 1, max: 500 }).map((frames) => frames * 40),
    { minLength: 1, maxLength: 50 },
  );

  it('has scenes that meet, from 0 to the end', () => {
    fc.assert(
      fc.property(durations, (all) => {
        const bounds = placeScenes(all.map((duration_ms, at) => ({ scene: at + 1, duration_ms })));
        expect(bounds[0]?.start_ms).toBe(0);
        bounds.slice(1).forEach((scene, at) => expect(scene.start_ms).toBe(bounds[at]?.end_ms));
        expect(bounds.at(-1)?.end_ms).toBe(all.reduce((sum, duration) => sum + duration, 0));
        bounds.forEach((scene) => expect(scene.start_ms % 40).toBe(0));
      }),
    );
  });

  it('keeps words inside their scene and in order, whatever a provider says', () => {
    const word = fc.record({
      text: fc.constant('w'),
      start_ms: fc.integer({ min: -500, max: 9000 }),
      end_ms: fc.integer({ min: -500, max: 9000 }),
    });
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const moved = shiftWords(words, 1000, 5000);
        moved.forEach((one, at) => {
          expect(one.start_ms).toBeGreaterThanOrEqual(moved[at - 1]?.end_ms ?? 1000);
          expect(one.end_ms).toBeGreaterThanOrEqual(one.start_ms);
          expect(one.end_ms).toBeLessThanOrEqual(5000);
        });
      }),
    );
  });
});
