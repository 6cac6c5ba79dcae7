import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DemoArguments } from './arguments';
import type { ApiClient } from './client';

const CONTENT_TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.heic': 'image/heic',
  '.gif': 'image/gif',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.m4a': 'audio/mp4',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
};

/** One paragraph a scene. */
const BUILT_IN_SCRIPT = [
  'Good morning from the office. My name is Ada, and a minute ago I was a single photo.',
  'Now we are at home in the evening. Every scene is made on its own: change one sentence, and only that scene is rendered again.',
  'Good night from the city. Give me a script of your own, and I will read that one too.',
].join('\n\n');

/** Uploads the portrait and the voice, and returns the body of the job that makes the avatar. */
export async function creationRequest(
  client: ApiClient,
  options: DemoArguments,
): Promise<Record<string, unknown>> {
  const photo = await uploadFile(client, options.photo);
  const voice = options.voice === null ? {} : { voice_sample: await uploadFile(client, options.voice) };
  return {
    contract: 'v3',
    job_type: 'avatar_creation',
    idempotency_key: `demo-${randomUUID()}`,
    name: 'Ada',
    photos: [photo],
    ...voice,
    consent: {
      statement: 'Whoever runs this demo may use this picture and this voice for an avatar.',
      by: 'npm run demo',
      at: new Date().toISOString(),
    },
  };
}

/** The body of the job that makes the film. */
export async function outputRequest(
  avatarId: string,
  options: DemoArguments,
): Promise<Record<string, unknown>> {
  return {
    contract: 'v3',
    job_type: 'avatar_output',
    idempotency_key: `demo-${randomUUID()}`,
    avatar_id: avatarId,
    mode: options.mode,
    script: options.script === null ? BUILT_IN_SCRIPT : await readFile(options.script, 'utf8'),
    output: { aspect_ratio: options.aspect, resolution: options.resolution, captions: 'sidecar' },
  };
}

async function uploadFile(client: ApiClient, file: string): Promise<{ asset_id: string }> {
  const contentType = CONTENT_TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
  const { asset_id } = await client.upload(await readFile(file), contentType);
  return { asset_id };
}
