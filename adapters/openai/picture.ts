import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import type { CostRange } from '../capabilities/adapter';
import type { AssetRef } from '../../contracts/media';
import type { FrozenRequest, OperationCall, Outcome, PaidOperation, Submission } from '../capabilities/paid-operation';
import { ProviderFault } from '../capabilities/provider-fault';
import { contentTypeOf } from '../http/magic-bytes';
import type { Part, RequestBody } from '../http/provider-request';
import { ONE_CALL } from '../paid-adapter';
import { priceOf } from '../tariff-file';
import { OPENAI, type OpenaiTools } from './client';
import type { OpenaiTariff } from './tariff';

const TIMEOUT_MS = 240_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** Pictures that go out are no larger than this: more is paid and not seen. */
const LARGEST_SIDE = 1536;

const BODY = z.object({
  prompt: z.string(),
  size: z.string(),
  quality: z.string(),
  /** Null for a picture from words alone, or a model without it. */
  input_fidelity: z.string().nullable(),
  /** Clockwise turn that puts the reference upright after its EXIF orientation, degrees. */
  rotation: z.number(),
});
export type PictureBody = z.infer<typeof BODY>;

const ANSWER = z.object({
  data: z.array(z.object({ b64_json: z.string() })),
  usage: z
    .object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      input_tokens_details: z.object({ text_tokens: z.number(), image_tokens: z.number() }).nullish(),
    })
    .nullish(),
});
type PictureAnswer = z.infer<typeof ANSWER>;

/** One picture: from words alone, or after a reference picture. */
export function pictureOperation(
  tools: OpenaiTools,
  { body, reference, estimate }: { body: PictureBody; reference: AssetRef | null; estimate: CostRange },
): PaidOperation {
  return {
    family: OPENAI,
    part: '',
    traits: ONE_CALL,
    estimate,
    request: { model: tools.tariff.image.model, body, assets: reference ? { reference } : {} },
    submit: (frozen, call) => makePicture(tools, frozen, call),
  };
}

async function makePicture({ http, tariff }: OpenaiTools, frozen: FrozenRequest, call: OperationCall): Promise<Submission> {
  const body = await bodyFor(frozen, call);
  const to = { path: frozen.assets['reference'] ? '/images/edits' : '/images/generations' };
  const answer = await http.json({ purpose: 'submit', method: 'POST', to, body, timeout_ms: TIMEOUT_MS, max_bytes: MAX_BYTES, signal: call.signal }, ANSWER);
  return { kind: 'finished', outcome: await keepPicture(answer.value, { tariff, dir: call.dir }) };
}

async function bodyFor({ model, body, assets }: FrozenRequest, call: OperationCall): Promise<RequestBody> {
  const { prompt, size, quality, input_fidelity, rotation } = BODY.parse(body);
  const fields = { model, prompt, size, quality, output_format: 'png', ...(input_fidelity !== null && { input_fidelity }) };
  const reference = assets['reference'];
  if (!reference) return { json: { ...fields, n: 1 } };
  const file = path.join(call.dir, 'reference.png');
  await prepareReference(await call.open(reference), { file, rotation });
  const texts = Object.entries(fields).map(([name, text]): Part => ({ name, text }));
  return { parts: [...texts, { name: 'image[]', file, file_name: 'reference.png', content_type: 'image/png' }] };
}

/** Upright, not too large, and without what a camera writes beside the picture: place, time and device stay here. */
async function prepareReference(photo: string, { file, rotation }: { file: string; rotation: number }): Promise<void> {
  const upright = sharp(photo, { failOn: 'error', pages: 1 }).autoOrient().rotate(rotation);
  await upright.resize({ width: LARGEST_SIDE, height: LARGEST_SIDE, fit: 'inside', withoutEnlargement: true }).toColourspace('srgb').png().toFile(file);
}

async function keepPicture(answer: PictureAnswer, { tariff, dir }: { tariff: OpenaiTariff; dir: string }): Promise<Outcome> {
  const bytes = Buffer.from(answer.data[0]?.b64_json ?? '', 'base64');
  const content_type = contentTypeOf(bytes);
  if (!content_type?.startsWith('image/')) throw new ProviderFault(OPENAI, { kind: 'bad_output', charged: 'yes' });
  const file = path.join(dir, 'picture');
  await writeFile(file, bytes);
  return {
    files: [{ name: 'picture', kind: 'upload', content_type, from: 'file', path: file }],
    meta: {},
    cost_micro_usd: costOf(answer, tariff),
    cost_source: 'tariff',
  };
}

/** By the tokens that the provider counted; without a count nobody knows better than the estimate of a large picture. */
function costOf({ usage }: PictureAnswer, { image }: OpenaiTariff): number {
  if (!usage) return image.micro_usd_per_megapixel.high;
  const pictures = usage.input_tokens_details?.image_tokens ?? usage.input_tokens;
  const texts = usage.input_tokens - pictures;
  const input = priceOf(texts, image.text_micro_usd_per_million) + priceOf(pictures, image.picture_micro_usd_per_million);
  return input + priceOf(usage.output_tokens, image.output_micro_usd_per_million);
}
