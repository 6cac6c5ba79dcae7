import { hasSpeakableText } from '../../../../contracts/speakable';
import { planScript } from '../../../../adapters/local/speech/text/script-plan';
import { splitSentences } from '../../../../adapters/local/speech/text/sentences';

describe('sentence splitting', () => {
  it('leaves titles, initials and abbreviations inside their sentence', () => {
    const text =
      'Dr. Smith paid $4.50 to J. K. Rowling at 3 p.m. on Main St. He left. "Really?" she asked. Visit example.com today! ' +
      'Version 2.0 of Acme is here... Well, see e.g. Fig. 3. Thanks';
    expect(splitSentences(text)).toEqual([
      'Dr. Smith paid $4.50 to J. K. Rowling at 3 p.m. on Main St. He left.',
      '"Really?" she asked.',
      'Visit example.com today!',
      'Version 2.0 of Acme is here...',
      'Well, see e.g. Fig. 3.',
      'Thanks',
    ]);
  });

  it('keeps an address with a question mark in one piece', () => {
    expect(splitSentences('See https://a.io/x?y=1&z=2 now. Then go!')).toEqual(['See https://a.io/x?y=1&z=2 now.', 'Then go!']);
  });

  it('keeps an emoji with the sentence before it', () => {
    expect(splitSentences('Great! 🎉 Next one.')).toEqual(['Great! 🎉', 'Next one.']);
  });
});

describe('a script plan', () => {
  it('pauses longer after a paragraph than after a sentence', () => {
    const plan = planScript('One. Two.\n\nThree.');
    expect(plan.pieces.map(({ pause_ms }) => pause_ms)).toEqual([350, 600, 240]);
    expect(plan.sentences).toEqual(['One.', 'Two.', 'Three.']);
  });

  it('takes a pause mark exactly and never speaks it', () => {
    const plan = planScript('[[pause 200ms]] Wait [[pause 600ms]] here. [[pause 1.5s]]\n\nGo.');
    expect(plan.lead_ms).toBe(200);
    expect(plan.pieces.map(({ pause_ms, sentence }) => [sentence, pause_ms])).toEqual([
      [0, 600],
      [0, 1500],
      [1, 240],
    ]);
    expect(plan.sentences).toEqual(['Wait here.', 'Go.']);
    expect(plan.warnings).toEqual([]);
  });

  it('limits a pause to ten seconds and reports unknown marks', () => {
    const plan = planScript('One [[pause 99s]] two [[smile]] three.');
    expect(plan.pieces[0]?.pause_ms).toBe(10_000);
    expect(plan.warnings).toHaveLength(1);
  });

  it('reads list items as sentences', () => {
    expect(planScript('We offer:\n- speed\n- care').sentences).toEqual(['We offer:', 'speed', 'care']);
  });

  it('cuts a sentence without end into pieces of at most forty words', () => {
    const plan = planScript('word '.repeat(1000));
    expect(plan.sentences).toHaveLength(1);
    expect(Math.max(...plan.pieces.map(({ tokens }) => tokens.length))).toBeLessThanOrEqual(40);
    expect(plan.pieces.flatMap(({ tokens }) => tokens)).toHaveLength(1000);
  });

  it('warns of words in another script and speaks the others', () => {
    const plan = planScript('Hello мир.');
    expect(plan.pieces.flatMap(({ tokens }) => tokens.flatMap(({ words }) => words))).toEqual(['hello']);
    expect(plan.warnings[0]).toContain('1 word(s)');
  });
});

describe('speakable text', () => {
  it.each(['Hi.', '42', 'é', '🙂 ok', 'Привет 5'])('is found in %j', (script) =>
    expect(hasSpeakableText(script)).toBe(true),
  );
  it.each(['', '🙂🙂', '... — !', '[[pause 600ms]]', 'Привет', '你好', ' \n'])('is missing in %j', (script) =>
    expect(hasSpeakableText(script)).toBe(false),
  );
});
