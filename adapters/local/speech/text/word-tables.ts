/** English word lists of the normaliser. Keys are written as they stand in a script, values as they are spoken. */

export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Short month names; "may", "mar" and "sept" need a dot or a day beside them, which the date rule checks. */
export const MONTH_SHORT: Record<string, string> = {
  jan: 'january',
  feb: 'february',
  mar: 'march',
  apr: 'april',
  jun: 'june',
  jul: 'july',
  aug: 'august',
  sep: 'september',
  sept: 'september',
  oct: 'october',
  nov: 'november',
  dec: 'december',
};

/** Written with a dot (the key has none). */
export const DOTTED: Record<string, string> = {
  dr: 'doctor',
  mr: 'mister',
  mrs: 'missus',
  ms: 'miz',
  prof: 'professor',
  st: 'saint',
  jr: 'junior',
  sr: 'senior',
  vs: 'versus',
  etc: 'et cetera',
  'e.g': 'for example',
  'i.e': 'that is',
  fig: 'figure',
  no: 'number',
  inc: 'incorporated',
  ltd: 'limited',
  co: 'company',
  corp: 'corporation',
  dept: 'department',
  approx: 'approximately',
  est: 'established',
  gen: 'general',
  col: 'colonel',
  capt: 'captain',
  lt: 'lieutenant',
  sgt: 'sergeant',
  rev: 'reverend',
  hon: 'honorable',
  ave: 'avenue',
  blvd: 'boulevard',
  rd: 'road',
  min: 'minimum',
  max: 'maximum',
  vol: 'volume',
  ch: 'chapter',
};

/** Spoken so with or without a dot. */
export const ALWAYS: Record<string, string> = {
  mr: 'mister',
  mrs: 'missus',
  dr: 'doctor',
  vs: 'versus',
  etc: 'et cetera',
  approx: 'approximately',
  'w/': 'with',
  'w/o': 'without',
  'b/c': 'because',
  '24/7': 'twenty four seven',
  'and/or': 'and or',
  ok: 'okay',
};

/** A currency sign: one, several, and its hundredth part. */
export const CURRENCIES: Record<string, { one: string; many: string; cent: string; cents: string }> = {
  $: { one: 'dollar', many: 'dollars', cent: 'cent', cents: 'cents' },
  '€': { one: 'euro', many: 'euros', cent: 'cent', cents: 'cents' },
  '£': { one: 'pound', many: 'pounds', cent: 'penny', cents: 'pence' },
  '¥': { one: 'yen', many: 'yen', cent: 'sen', cents: 'sen' },
  '₹': { one: 'rupee', many: 'rupees', cent: 'paisa', cents: 'paise' },
};
export const CURRENCY_CODES: Record<string, string> = {
  USD: '$',
  EUR: '€',
  GBP: '£',
  JPY: '¥',
  INR: '₹',
};
export const MAGNITUDES: Record<string, string> = {
  k: 'thousand',
  m: 'million',
  mn: 'million',
  mm: 'million',
  b: 'billion',
  bn: 'billion',
  t: 'trillion',
  tn: 'trillion',
  thousand: 'thousand',
  million: 'million',
  billion: 'billion',
  trillion: 'trillion',
};

/** Unit signs after a number: [one, several]. Case matters (MB is not Mb). */
export const UNITS: Record<string, readonly [string, string]> = {
  km: ['kilometer', 'kilometers'],
  m: ['meter', 'meters'],
  cm: ['centimeter', 'centimeters'],
  mm: ['millimeter', 'millimeters'],
  'km/h': ['kilometer per hour', 'kilometers per hour'],
  kph: ['kilometer per hour', 'kilometers per hour'],
  mph: ['mile per hour', 'miles per hour'],
  'm/s': ['meter per second', 'meters per second'],
  mi: ['mile', 'miles'],
  ft: ['foot', 'feet'],
  yd: ['yard', 'yards'],
  kg: ['kilogram', 'kilograms'],
  g: ['gram', 'grams'],
  mg: ['milligram', 'milligrams'],
  lb: ['pound', 'pounds'],
  lbs: ['pound', 'pounds'],
  oz: ['ounce', 'ounces'],
  l: ['liter', 'liters'],
  L: ['liter', 'liters'],
  ml: ['milliliter', 'milliliters'],
  ms: ['millisecond', 'milliseconds'],
  s: ['second', 'seconds'],
  sec: ['second', 'seconds'],
  min: ['minute', 'minutes'],
  mins: ['minute', 'minutes'],
  h: ['hour', 'hours'],
  hr: ['hour', 'hours'],
  hrs: ['hour', 'hours'],
  Hz: ['hertz', 'hertz'],
  kHz: ['kilohertz', 'kilohertz'],
  MHz: ['megahertz', 'megahertz'],
  GHz: ['gigahertz', 'gigahertz'],
  KB: ['kilobyte', 'kilobytes'],
  kB: ['kilobyte', 'kilobytes'],
  MB: ['megabyte', 'megabytes'],
  GB: ['gigabyte', 'gigabytes'],
  TB: ['terabyte', 'terabytes'],
  kbps: ['kilobit per second', 'kilobits per second'],
  Mbps: ['megabit per second', 'megabits per second'],
  Gbps: ['gigabit per second', 'gigabits per second'],
  W: ['watt', 'watts'],
  kW: ['kilowatt', 'kilowatts'],
  MW: ['megawatt', 'megawatts'],
  kWh: ['kilowatt hour', 'kilowatt hours'],
  V: ['volt', 'volts'],
  dB: ['decibel', 'decibels'],
  px: ['pixel', 'pixels'],
  fps: ['frame per second', 'frames per second'],
  rpm: ['revolution per minute', 'revolutions per minute'],
  '%': ['percent', 'percent'],
  '°': ['degree', 'degrees'],
  '°C': ['degree celsius', 'degrees celsius'],
  '°F': ['degree fahrenheit', 'degrees fahrenheit'],
  m2: ['square meter', 'square meters'],
  km2: ['square kilometer', 'square kilometers'],
  m3: ['cubic meter', 'cubic meters'],
};

/** Signs that stand alone or inside a token. */
export const SYMBOLS: Record<string, string> = {
  '&': 'and',
  '+': 'plus',
  '=': 'equals',
  '%': 'percent',
  '@': 'at',
  '#': 'number',
  '~': 'about',
  '<': 'less than',
  '>': 'greater than',
  '≤': 'at most',
  '≥': 'at least',
  '±': 'plus or minus',
  '©': 'copyright',
  '®': '',
  '™': '',
  '°': 'degrees',
  '√': 'square root of',
  '∞': 'infinity',
  π: 'pi',
  µ: 'micro',
  '→': 'to',
  $: 'dollars',
  '€': 'euros',
  '£': 'pounds',
};

/** Capitals that are read as a word. */
export const WORD_ACRONYMS = new Set(
  'NASA NATO UNESCO UNICEF OPEC LASER RADAR SCUBA RAM ROM PIN SIM GIF JPEG BASIC COBOL SQUAD AIDS COVID NAFTA SWAT FOMO YOLO'.split(
    ' ',
  ),
);

/** Short shouted words, which are not abbreviations. */
export const SHORT_WORDS = new Set(
  (
    'A I AN AM AS AT BE BY DO GO HE IF IN IS ME MY NO OF OH ON OR SO TO UP WE ALL AND ANY ARE BAD BIG BUT BUY CAN DAY DID FOR FUN GET GOT HAD HAS HER HIM HIS ' +
    'HOT HOW ITS LET LOT MAN MAY NEW NOT NOW OFF OLD ONE OUR OUT PUT RED RUN SAY SEE SET SHE THE TOO TOP TRY TWO USE WAS WAY WHO WHY WIN WON YES YET YOU'
  ).split(' '),
);

/** Words of four or five capitals that are spelled all the same. */
export const SPELLED = new Set('HTML HTTP HTTPS USB SAAS IEEE OAUTH AIDA RSVP ETA USDA UEFA'.split(' '));

/** A number after one of these is a year when it can be one. */
export const YEAR_CUES = new Set(
  'in since by from until till of year years during before after circa around late early mid spring summer fall autumn winter to between and'.split(
    ' ',
  ),
);

/** A Roman numeral after one of these is a number … */
export const ROMAN_CUES = new Set(
  'chapter part act volume phase section book war scene stage level type class title article appendix'.split(
    ' ',
  ),
);
/** … and after one of these an ordinal. */
export const RULERS = new Set(
  'henry louis elizabeth george charles edward richard james william napoleon catherine peter philip francis john paul pius benedict leo alexander frederick'.split(
    ' ',
  ),
);

/** Endings of host names that are said as a word; other short ones are spelled. */
export const WORD_DOMAINS = new Set(
  'com org net info biz gov edu app dev shop blog online site store tech cloud video'.split(' '),
);
