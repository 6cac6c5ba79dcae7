import type { SceneVisual } from '../../../contracts/media';
import type { Framing, PoseName } from '../../../contracts/vocabulary';

/** Places that the local family can paint. */
export const PLACES = [
  'studio',
  'office',
  'city',
  'nature',
  'seaside',
  'home',
  'library',
  'workshop',
  'abstract',
  'stage',
] as const;
export type Place = (typeof PLACES)[number];

export const MOODS = ['calm', 'confident', 'warm', 'energetic', 'serious', 'hopeful'] as const;
export type Mood = (typeof MOODS)[number];

export type TimeOfDay = SceneVisual['time_of_day'];

/** Phrases in which a keyword means something else. */
const FIGURES_OF_SPEECH =
  /\b(?:(?:at this|next|early|late|final|each|every|this) stage|stages? of|home ?page|take-home|(?:by|human|the) nature of|by nature|office hours|day by day|every ?day|these days|one day|software librar(?:y|ies)|good (?:morning|evening)|see(?:s|ing)? you)\b/giu;

/** A stem ends in `*`; the number is its weight: a named place counts more than something often found there. */
const PLACE_WORDS: Record<Place, string> = {
  studio: 'studio:4 backdrop:4 portrait:2 interview:2 podcast:2 camera:1 plain:2',
  office:
    'office*:4 desk*:3 meeting*:2 colleague*:2 boardroom:4 workplace*:3 business*:1 compan*:1 manager*:1 team*:1 customer*:1 invoice*:1 onboarding:1 clinic*:2 bank*:1',
  city: 'city:4 cities:4 urban:3 street*:3 skyline*:4 downtown:4 skyscraper*:4 traffic:2 commut*:2 rooftop*:3 metro:2 town*:2 shop*:1 travel*:1',
  nature:
    'nature:4 forest*:4 tree*:3 wood*:2 garden*:3 mountain*:4 meadow*:4 river*:3 park*:2 field*:2 leaf:2 leaves:1 plant*:2 climate:1 outdoor*:3 hik*:2 farm*:2 green*:1',
  seaside:
    'sea:4 seaside:5 beach*:4 ocean*:4 coast*:4 shore*:4 wave*:2 sail*:2 island*:3 harbour*:3 harbor*:3 quay*:3 pier:3 lighthouse*:3 boat*:2 surf*:2 tide*:2 sand*:2',
  home: 'home*:3 living:1 kitchen*:3 sofa*:4 couch*:4 famil*:2 house*:2 bedroom*:4 cook*:2 sleep*:1 fireplace*:4 cosy:2 cozy:2 neighbour*:1 parent*:1',
  library:
    'librar*:4 book*:2 read*:1 novel*:3 histor*:1 study:1 studies:1 student*:1 universit*:2 school*:2 classroom*:3 learn*:1 research*:1 archive*:3 author*:2 literature:3 bookshel*:5',
  workshop:
    'workshop*:4 tool*:2 repair*:3 engineer*:2 machine*:2 factor*:2 craft*:3 garage*:3 bench*:2 carpent*:4 build*:1 prototype*:2 laborator*:3 workbench*:4',
  abstract:
    'abstract:4 data:2 software:2 digital*:2 cloud*:1 algorithm*:3 artificial:2 intelligence:1 network*:1 future*:1 technolog*:2 gradient*:4 shapes:3 online:1 platform*:1 minimal*:2',
  stage:
    'stage:4 concert*:4 theatre*:4 theater*:4 audience*:3 spotlight*:5 keynote*:4 award*:3 music*:2 launch*:2 event:1 events:1 festival*:3 announc*:2 conference*:2 curtain*:4',
};

const TIME_WORDS: Record<TimeOfDay, string> = {
  morning: 'morning*:3 sunrise*:4 dawn:4 breakfast:2 early:1',
  day: 'day:1 today:1 daylight:4 noon:3 midday:4 sunny:3 daytime:4 bright:1',
  evening: 'evening*:3 sunset*:4 dusk:4 golden:1 twilight:4 dinner*:2 afternoon*:1',
  night: 'night*:3 tonight*:3 midnight:4 moon*:2 stars:2 dark:2 neon:4 late:1',
};

const MOOD_WORDS: Record<Mood, string> = {
  calm: 'calm*:4 quiet*:3 peace*:3 gentle:3 slow*:2 relax*:3 soft*:2 breath*:2 still:1 sooth*:3',
  confident: 'confiden*:4 professional*:3 business*:1 strong*:2 lead*:1 proven:2 clear*:1 trust*:2 crisp:2',
  warm: 'warm*:4 welcom*:2 friend*:3 love*:2 famil*:2 cosy:3 cozy:3 thank*:1 happ*:2 kind*:1 together:2',
  energetic:
    'energ*:4 excit*:3 fast*:2 fun:2 dynamic:4 launch*:2 new:1 vibrant:4 colourful:3 colorful:3 power*:2 bold*:3',
  serious:
    'serious*:4 risk*:2 warn*:3 danger*:3 loss*:2 problem*:1 crisis:3 law*:1 dramatic:3 moody:3 sober:3',
  hopeful: 'hope*:4 future*:2 dream*:3 grow*:2 imagin*:2 better:1 bright*:2 discover*:2 inspir*:3 change*:1',
};

const FRAMING_WORDS: Record<Framing, string> = {
  close: 'close:2 closer:4 closeup:4 nearer:3 tight*:2 face:1 intimate:2',
  medium: 'medium:4 waist:2 normal:1',
  wide: 'wide*:4 farther:3 further:2 distan*:2 away:1 surround*:1 room:1',
};

const POSE_WORDS: Record<PoseName, string> = {
  neutral: 'neutral:4 motionless:3 no-pose:4',
  nod: 'nod*:4 agree*:3 yes:2 affirm*:3',
  shake: 'shak*:4 disagree*:3 no:1 never:2 not:1 cannot:1',
  lean_in: 'lean*:4 listen:2 secret*:2 imagine:2 important*:2 forward:2 closer:1',
  tilt: 'tilt*:4 wonder*:3 curious*:3 why:2 perhaps:2 maybe:2 question*:1',
  emphasise: 'emphas*:4 must:2 always:1 best:1 biggest:2 wow:3 amazing:2 finally:1',
};

/** What a text says it does not want: the word after it must not count as a wish. */
const DENIALS =
  /\b(?:no|not|without|less|instead of|rather than)\s+(?:so\s+|too\s+|at\s+|by\s+|in\s+)?(?:the\s+|a\s+|an\s+)?[\p{L}-]+/giu;

/** The best matching name, of equals the one that is meant first; null when no keyword of any stands in the text. */
function match<Name extends string>(table: Record<Name, string>, text: string): Name | null {
  const words =
    text
      .replace(FIGURES_OF_SPEECH, ' ')
      .toLowerCase()
      .match(/[\p{L}-]+/gu) ?? [];
  let best: Name | null = null;
  let most: Match = { score: 0, first: 0 };
  for (const name in table) {
    const found = matchWords(table[name], words);
    if (found.score > most.score || (found.score === most.score && found.first < most.first)) [best, most] = [name, found];
  }
  return best;
}

interface Match {
  score: number;
  /** Where the first keyword stands, counted in words. */
  first: number;
}

function matchWords(entries: string, words: string[]): Match {
  const match: Match = { score: 0, first: words.length };
  for (const entry of entries.split(' ')) {
    const [pattern = '', weight] = entry.split(':');
    const stem = pattern.replace('*', '');
    words.forEach((word, at) => {
      if (pattern.endsWith('*') ? !word.startsWith(stem) : word !== stem) return;
      match.score += Number(weight);
      match.first = Math.min(match.first, at);
    });
  }
  return match;
}

export const findPlace = (text: string): Place | null => match(PLACE_WORDS, text.replace(DENIALS, ' '));
export const findTimeOfDay = (text: string): TimeOfDay | null =>
  match(TIME_WORDS, text.replace(DENIALS, ' '));
export const findMood = (text: string): Mood | null => match(MOOD_WORDS, text.replace(DENIALS, ' '));
export const findFraming = (text: string): Framing | null => match(FRAMING_WORDS, text.replace(DENIALS, ' '));
export const findPose = (text: string): PoseName | null => match(POSE_WORDS, text);

/** A stored word as one of ours; planners of other families may use any words. */
export const toPlace = (word: string): Place =>
  PLACES.find((place) => place === word) ?? findPlace(word) ?? 'studio';
export const toMood = (word: string): Mood => MOODS.find((mood) => mood === word) ?? findMood(word) ?? 'calm';
