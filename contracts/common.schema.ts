import { z } from 'zod';
import { ID_PREFIXES, type IdKind } from './ids';
import { POSES } from './vocabulary';

/** Shapes that several requests share. Every object is strict: an unknown field is an error at its own pointer. */

export const IDEMPOTENCY_KEY = /^[A-Za-z0-9._~:-]{1,255}$/;

export function idOf(kind: IdKind) {
  const prefix = ID_PREFIXES[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}[0-9a-f]{32}$`), `an id: ${prefix} and 32 hex digits`)
    .meta({ description: `Id of the form ${prefix}<32 hex digits>` });
}

/** Text of people: the length counts what is left after trimming. */
export function textOf(longest: number) {
  return z.string().trim().min(1).max(longest);
}

/** Characters as the schemas count them: a rocket is one. */
export function charactersIn(text: string): number {
  return [...text].length;
}

export const idempotencyKey = z.string().regex(IDEMPOTENCY_KEY, '1 to 255 of the characters A-Z a-z 0-9 . _ ~ : -');

export const sceneNumber = z.int().min(1).max(50);
export const sceneNumbers = z
  .array(sceneNumber)
  .min(1)
  .max(50)
  .refine((scenes) => new Set(scenes).size === scenes.length, 'every scene once');
const sceneKey = z.string().regex(/^([1-9]|[1-4][0-9]|50)$/, 'the number of a scene, 1 to 50');

/** A map from scene numbers (as JSON object keys) to something; at least one scene. */
export function byScene<T extends z.ZodType>(value: T) {
  return z.record(sceneKey, value).refine((scenes) => Object.keys(scenes).length > 0, 'at least one scene');
}

type Exactly = (fields: Record<string, unknown>) => boolean;

/** Exactly one of the named fields is there and not null. */
export function exactlyOne(...names: string[]): Exactly {
  return (fields) => names.filter((name) => fields[name] !== undefined && fields[name] !== null).length === 1;
}

/** A picture or recording: uploaded before, or fetched from an https address at the door. */
export const mediaInput = z
  .strictObject({ asset_id: idOf('asset').optional(), url: z.string().max(2_048).optional() })
  .refine(exactlyOne('asset_id', 'url'), 'exactly one of asset_id, url');

export const uploaded = z.strictObject({ asset_id: idOf('asset') });

/** Words for a picture, or a picture of one's own. */
export const promptOrAsset = z
  .strictObject({ prompt: textOf(500).nullish(), asset_id: idOf('asset').nullish() })
  .refine(exactlyOne('prompt', 'asset_id'), 'exactly one of prompt, asset_id');

export const pose = z.strictObject({ name: z.enum(POSES), intensity: z.number().min(0).max(1).default(0.5) });

export const consent = z.strictObject({
  statement: textOf(2_000),
  by: textOf(256),
  at: z.iso.datetime({ offset: true, error: 'a time such as 2026-11-23T12:00:00Z' }),
});

export const voiceChoice = z.strictObject({
  voice_id: z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'a voice id such as local:rms').nullable().default(null),
  rate: z.number().min(0.5).max(2).default(1),
  pitch: z.number().min(0.5).max(2).default(1),
});

const entryName = z.string().min(1, 'a name of 1 to 256 characters').max(256, 'a name of 1 to 256 characters');

export const correlation = z
  .record(entryName, z.string().max(256))
  .refine((map) => Object.keys(map).length <= 20, 'at most 20 entries');

export const callback = z.strictObject({
  url: z.string().min(1).max(2_048),
  secret_ref: z.string().regex(/^[A-Za-z0-9_]{1,64}$/, '1 to 64 letters, digits or _').default('default'),
});

/** In the middle of 1 (first) to 5. */
export const DEFAULT_PRIORITY = 3;

/** Fields of every job type. */
export const commonFields = {
  contract: z.literal('v3'),
  idempotency_key: idempotencyKey,
  correlation: correlation.default({}),
  callback: callback.nullish(),
  budget_micro_usd: z.int().min(0).max(1_000_000_000_000).nullish(),
  priority: z.int().min(1).max(5).default(DEFAULT_PRIORITY),
};
