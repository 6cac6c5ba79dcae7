import { tmpdir } from 'node:os';
import fc from 'fast-check';
import type { WorkContext } from '../../../../adapters/capabilities/adapter';
import type { ScriptRequest, StoryboardRequest } from '../../../../adapters/capabilities/plan';
import { createLocalPlan } from '../../../../adapters/local/plan/local-plan';
import { flattenText } from '../../../../adapters/script/sentences';

const plan = createLocalPlan();

/** The planner is pure text: it needs nothing of its context. */
const context: WorkContext = {
  dir: tmpdir(),
  signal: new AbortController().signal,
  open: () => Promise.reject(new Error('the planner opens nothing')),
  store: () => Promise.reject(new Error('the planner stores nothing')),
  storeJson: () => Promise.reject(new Error('the planner stores nothing')),
  operate: () => Promise.reject(new Error('the local family pays for nothing')),
  progress: () => undefined,
};

const board = async (changes: Partial<StoryboardRequest>) =>
  (
    await plan.storyboard(
      {
        script: SCRIPT,
        mode: 'multi_scene',
        caller_scenes: null,
        background: null,
        revise: null,
        previous: null,
        seed: 1,
        ...changes,
      },
      context,
    )
  ).scenes;

const write = (changes: Partial<ScriptRequest>) =>
  plan.script(
    { script: null, brief: null, scenes: null, note: null, previous: null, seed: 1, ...changes },
    context,
  );

const SCRIPT = [
  'Good morning. Our team in the office has news for every customer who waits for an invoice.',
  'In the evening we walked along the sea, and the waves were calm. Nobody spoke for a while.',
  'Is there more to come? Yes! The workshop is already building the next prototype with better tools.',
].join('\n\n');

describe('storyboard', () => {
  it('gives a script of three paragraphs three scenes', async () => {
    expect((await board({})).map((scene) => scene.transcript)).toEqual(SCRIPT.split('\n\n'));
  });

  it('makes no scene of what nobody can speak', async () => {
    const script = '---\n\nHello there, everybody.\n\n你好。\n\n🎉🎉\n\n* * *\n\nGood bye.';
    const scenes = await board({ script });
    expect(scenes.map((scene) => scene.transcript)).toEqual(['--- Hello there, everybody. 你好。 🎉🎉 * * *', 'Good bye.']);
  });

  it('gives single_scene the whole script', async () => {
    const scenes = await board({ mode: 'single_scene' });
    expect(scenes.map((scene) => scene.transcript)).toEqual([SCRIPT]);
  });

  it('reads the place from a scene, and the time of day until another one is named', async () => {
    const seen = (await board({})).map((scene) => [scene.visual.place, scene.visual.time_of_day]);
    expect(seen).toEqual([
      ['office', 'day'],
      ['seaside', 'evening'],
      ['workshop', 'evening'],
    ]);
  });

  it('believes the time of day that is named first, and starts by day', async () => {
    const script = 'Welcome to the harbour.\n\nAt night the lamps were lit by hand, every evening, in any weather.\n\nToday one button does it all.';
    expect((await board({ script })).map((scene) => scene.visual.time_of_day)).toEqual(['day', 'night', 'day']);
  });

  it('never gives neighbours the same framing', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const framings = (await board({ seed })).map((scene) => scene.visual.framing);
      framings.slice(1).forEach((framing, at) => expect(framing).not.toBe(framings[at]));
    }
  });

  it('cuts 5,000 characters without paragraphs into scenes of 4 to 16 seconds', async () => {
    const sentence =
      'The quick brown fox jumps over the lazy dog near the river, while Dr. Brown counts to 10. ';
    const script = sentence.repeat(60).slice(0, 5000);
    const scenes = await board({ script });
    expect(scenes.length).toBeLessThanOrEqual(50);
    for (const scene of scenes) {
      expect(scene.estimated_ms).toBeGreaterThanOrEqual(4_000);
      expect(scene.estimated_ms).toBeLessThanOrEqual(16_000);
    }
    expect(flattenText(scenes.map((scene) => scene.transcript).join(' '))).toBe(flattenText(script));
  });

  it('joins back to any script, with one to fifty scenes numbered from 1', async () => {
    const word = fc.constantFrom(
      'word',
      'Dr.',
      'end.',
      'so,',
      'what?',
      'No!',
      '4.50',
      'e.g.',
      'naïve',
      '字',
      '-',
    );
    const space = fc.constantFrom(' ', ' ', ' ', '\n', '\n\n', '\r\n\r\n', '  ');
    const text = fc
      .array(fc.tuple(word, space), { minLength: 1, maxLength: 400 })
      .map((parts) => `start ${parts.flat().join('')}`);
    await fc.assert(
      fc.asyncProperty(text, async (script) => {
        const scenes = await board({ script });
        expect(flattenText(scenes.map((scene) => scene.transcript).join(' '))).toBe(flattenText(script));
        expect(scenes.map((scene) => scene.scene)).toEqual(scenes.map((_, at) => at + 1));
        expect(scenes.length).toBeLessThanOrEqual(50);
      }),
      { numRuns: 100 },
    );
  });

  it('cuts a text without any sentence end between words', async () => {
    const scenes = await board({ script: 'word '.repeat(990) });
    expect(Math.max(...scenes.map((scene) => scene.estimated_ms))).toBeLessThanOrEqual(14_000);
  });

  it('is the same for the same seed', async () => {
    expect(await board({ seed: 7 })).toEqual(await board({ seed: 7 }));
  });

  it('moves the head in pose mode only', async () => {
    const names = async (mode: 'pose' | 'multi_scene') =>
      (await board({ mode })).map((scene) => scene.pose.name);
    expect(await names('multi_scene')).toEqual(['neutral', 'neutral', 'neutral']);
    expect(await names('pose')).not.toContain('neutral');
  });

  it('puts a cutaway into some scenes in b_roll mode, not into the first', async () => {
    const cutaways = (await board({ mode: 'b_roll' })).map((scene) => scene.visual.b_roll);
    expect(cutaways[0]).toBeNull();
    expect(cutaways[1]?.prompt).toMatch(/\w/);
  });

  it('takes the scenes of a caller as they are', async () => {
    const pose = { name: 'nod', intensity: 0.9 } as const;
    const [first, second] = await board({
      caller_scenes: [
        {
          transcript: 'One.',
          pose,
          background: { prompt: 'a red wall', asset: null },
          b_roll: { prompt: 'numbers', asset: null },
          framing: 'wide',
        },
        { transcript: 'Two.', pose: null, background: null, b_roll: null, framing: null },
      ],
    });
    expect(first).toMatchObject({
      transcript: 'One.',
      pose,
      visual: { framing: 'wide', background: { prompt: 'a red wall' }, b_roll: { prompt: 'numbers' } },
    });
    expect(second).toMatchObject({ transcript: 'Two.', visual: { b_roll: null } });
  });

  it('plans only the named scenes again, and the note decides', async () => {
    const previous = await board({});
    const revised = await board({
      previous,
      revise: { scenes: [1], note: 'Calmer, by the sea at night, and closer' },
    });
    expect(JSON.stringify(revised.slice(1))).toBe(JSON.stringify(previous.slice(1)));
    expect(revised[0]).toMatchObject({
      transcript: previous[0]?.transcript,
      visual: { place: 'seaside', time_of_day: 'night', mood: 'calm', framing: 'close' },
    });
  });

  it('changes the picture even when the note names nothing it knows', async () => {
    const previous = await board({});
    const revised = await board({ previous, revise: { scenes: [2], note: 'I do not like it' } });
    expect(revised[1]?.visual).not.toEqual(previous[1]?.visual);
  });

  it('refuses a script without a word', () => {
    const request = {
      script: '!!! ???',
      mode: 'multi_scene',
      caller_scenes: null,
      background: null,
      revise: null,
      previous: null,
      seed: 1,
    } as const;
    expect(plan.supports(request)).toMatchObject({ ok: false });
  });
});

describe('script', () => {
  it('keeps the words of a script and counts them', async () => {
    expect(await write({ script: SCRIPT })).toEqual({
      script: SCRIPT,
      source: 'script',
      language: 'en',
      paragraphs: 3,
      sentences: 7,
      words: 52,
      estimated_ms: 20_800,
    });
  });

  it('joins the scenes of a caller', async () => {
    expect(await write({ scenes: ['One.', 'Two.'] })).toMatchObject({
      script: 'One.\n\nTwo.',
      source: 'scenes',
    });
  });

  it('writes from a brief only what the brief says', async () => {
    const brief =
      'Explain our new expense tool to the sales team in 30 seconds.\n- Photos of receipts are enough\n- Refunds come within 3 days';
    const { script } = await write({ brief });
    expect(script).toContain('our new expense tool');
    expect(script).toContain('Photos of receipts are enough');
    expect(script).not.toMatch(/Explain|30 seconds/);
  });

  it('writes another and shorter script when the note asks for it', async () => {
    const brief = 'Create a video about bees. They pollinate a third of what we eat. They live in colonies.';
    const first = await write({ brief });
    const second = await write({ brief, note: 'shorter please', previous: first.script });
    expect(second.words).toBeLessThan(first.words);
  });

  it('replaces what a note names in quotes', async () => {
    expect(
      (await write({ script: 'We sell tea.', note: 'replace "tea" with "coffee"', previous: 'We sell tea.' }))
        .script,
    ).toBe('We sell coffee.');
  });

  it('names the language', async () => {
    expect(
      (await write({ script: 'Das ist ein kurzer Text, der nicht englisch ist, und wir sprechen ihn auch.' }))
        .language,
    ).toBe('de');
  });
});
