import { randomBytes } from 'node:crypto';

const canary = (word: string): string => `${word}${randomBytes(4).toString('hex')}`;

/** Words that no log, history or error may ever show, by what they stand for; all of them are said to a provider. */
export const SAID_TO_PROVIDERS = {
  script: canary('zebrafalcon'),
  background_prompt: canary('copperlynx'),
  brief: canary('amberwalrus'),
  note: canary('violetotter'),
  storyboard_edit: canary('crimsonibis'),
  retry_patch: canary('cobaltgecko'),
  style: canary('tealmagpie'),
  provider_key: `key-${randomBytes(12).toString('hex')}`,
};

/** As above, but for nobody outside. */
export const KEPT_AT_HOME = {
  consent: canary('silverheron'),
  name: canary('Quillmarten'),
  callback_query: `hook-${randomBytes(12).toString('hex')}`,
};

const SLICE = 48;

/** A stretch of a file as it shows in text: in hex, and in base64 wherever in a body it begins. */
export function slicesOf(file: Buffer, at: number): string[] {
  const slice = file.subarray(at, at + SLICE);
  const shifted = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), slice]).toString('base64').slice(4, -4));
  return [...shifted, slice.toString('hex')];
}

/** Every base64 payload of a history, as text. */
export function decoded(history: string): string {
  return [...history.matchAll(/"data": ?"([A-Za-z0-9+/=]+)"/g)].map(([, data]) => Buffer.from(data ?? '', 'base64').toString('utf8')).join('\n');
}
