import { normalise } from '../../../../adapters/local/speech/text/normalise';

function spoken(text: string): string {
  return normalise(text)
    .tokens.flatMap(({ words }) => words)
    .join(' ');
}

/** Written form, spoken form. */
const CASES: [string, string][] = [
  ['Hello, world!', 'hello world'],
  ['I have 0 cats', 'i have zero cats'],
  ['13', 'thirteen'],
  ['42', 'forty two'],
  ['100', 'one hundred'],
  ['1,234', 'one thousand two hundred thirty four'],
  ['1000000', 'one million'],
  ['2,000,001 people', 'two million one people'],
  ['007', 'zero zero seven'],
  ['-5 degrees', 'minus five degrees'],
  ['3.14', 'three point one four'],
  ['.5', 'zero point five'],
  ['$4.50', 'four dollars fifty cents'],
  ['$1', 'one dollar'],
  ['$0.99', 'ninety nine cents'],
  ['$1,200', 'one thousand two hundred dollars'],
  ['$4.5 million', 'four point five million dollars'],
  ['$10K', 'ten thousand dollars'],
  ['€5bn', 'five billion euros'],
  ['£3.01', 'three pounds one penny'],
  ['¥100', 'one hundred yen'],
  ['5€', 'five euros'],
  ['20 USD', 'twenty dollars'],
  ['$10-20', 'ten to twenty dollars'],
  ['50%', 'fifty percent'],
  ['4.5 %', 'four point five percent'],
  ['10-20%', 'ten to twenty percent'],
  ['pages 3-5', 'pages three to five'],
  ['2019-2021', 'twenty nineteen to twenty twenty one'],
  ['1st, 2nd and 3rd', 'first second and third'],
  ['the 21st century', 'the twenty first century'],
  ['the 1990s', 'the nineteen nineties'],
  ['the 80s', 'the eighties'],
  ['in 1984', 'in nineteen eighty four'],
  ['in 2000', 'in two thousand'],
  ['in 2009', 'in two thousand nine'],
  ['in 2026', 'in twenty twenty six'],
  ['since 1905', 'since nineteen oh five'],
  ['1500 users', 'one thousand five hundred users'],
  ['March 4, 2025', 'march fourth twenty twenty five'],
  ['4 March 2025', 'the fourth of march twenty twenty five'],
  ['Jan. 3', 'january third'],
  ['2025-03-04', 'march fourth twenty twenty five'],
  ['3/4/2025', 'march fourth twenty twenty five'],
  ['25/4/2025', 'april twenty fifth twenty twenty five'],
  ['04.03.2025', 'march fourth twenty twenty five'],
  ['14:30', 'fourteen thirty'],
  ['9:05', 'nine oh five'],
  ['3:00', "three o'clock"],
  ['3:00 pm', 'three P M'],
  ['3pm', 'three P M'],
  ['at 3 p.m. today', 'at three P M today'],
  ['I am here', 'i am here'],
  ['1/2', 'one half'],
  ['3/4 cup', 'three quarters cup'],
  ['5½', 'five and one half'],
  ['2/3', 'two thirds'],
  ['24/7', 'twenty four seven'],
  ['5 km', 'five kilometers'],
  ['1 km', 'one kilometer'],
  ['10km', 'ten kilometers'],
  ['60 mph', 'sixty miles per hour'],
  ['2.4 GHz', 'two point four gigahertz'],
  ['16 GB', 'sixteen gigabytes'],
  ['20°C', 'twenty degrees celsius'],
  ['50 m²', 'fifty square meters'],
  ['a 5-year plan', 'a five year plan'],
  ['1920x1080', 'one thousand nine hundred twenty by one thousand eighty'],
  ['3x faster', 'three times faster'],
  ['v2.0', 'version two point zero'],
  ['1.2.3', 'one point two point three'],
  ['555-1234', 'five five five one two three four'],
  ['#1', 'number one'],
  ['#LaunchDay', 'hashtag launch day'],
  ['@ada', 'at ada'],
  ['https://example.com/docs', 'example dot com slash docs'],
  ['www.example.org', 'W W W dot example dot org'],
  ['example.io', 'example dot I O'],
  ['ada@example.com', 'ada at example dot com'],
  ['NASA', 'nasa'],
  ['the FBI', 'the F B I'],
  ['HTML', 'H T M L'],
  ['the U.S. Army', 'the U S army'],
  ['NEW and STOP', 'new and stop'],
  ['BUY THIS TV NOW', 'buy this tv now'],
  ['MP3 and H2O', 'M P three and H two O'],
  ['COVID-19', 'covid nineteen'],
  ['Chapter IV', 'chapter four'],
  ['Henry VIII', 'henry the eighth'],
  ['World War II', 'world war two'],
  ['I and IV', 'i and I V'],
  ['Dr. Smith', 'doctor smith'],
  ['J. K. Rowling', 'J K rowling'],
  ['on Main St. today', 'on main street today'],
  ['e.g. this', 'for example this'],
  ['salt & pepper', 'salt and pepper'],
  ['5 + 3 = 8', 'five plus three equals eight'],
  ['~10', 'about ten'],
  ['and/or', 'and or'],
  ['state-of-the-art', 'state of the art'],
  ['“Don’t”', "don't"],
  ['naïve café', 'naive cafe'],
  ['Straße', 'strasse'],
  ['YouTube', 'you tube'],
  ['McDonald', 'mcdonald'],
  ['I love it 🙂', 'i love it'],
  ['*really* **good**', 'really good'],
  ['wait — no', 'wait no'],
  ['Windows™', 'windows'],
  ['the lot of 1, No. 7', 'the lot of one number seven'],
  ['I said no.', 'i said no'],
];

describe('the normaliser', () => {
  it.each(CASES)('says %j as %j', (written, expected) => {
    expect(spoken(written)).toBe(expected);
  });

  it('keeps what the viewer reads, word by word', () => {
    const { tokens } = normalise('It costs $4.50, — now 🙂!');
    expect(tokens.map(({ text }) => text).join(' ')).toBe('It costs $4.50, — now 🙂!');
    expect(tokens.map(({ pause }) => pause)).toEqual(['', '', ',', '!']);
  });

  it("takes the caller's word for how a name is said", () => {
    const { tokens } = normalise('Zoë met SQL.', { Zoë: 'Zo ee', sql: 'sequel' });
    expect(tokens.map(({ words }) => words.join(' '))).toEqual(['zo ee', 'met', 'sequel']);
  });

  it('counts words in a foreign script', () => {
    expect(normalise('Hello мир and 世界').unspoken).toBe(2);
  });

  it('cuts pasted rubbish into words an engine survives', () => {
    const { tokens } = normalise('x'.repeat(500));
    expect(Math.max(...tokens.flatMap(({ words }) => words).map((word) => word.length))).toBe(24);
  });
});
