import path from 'node:path';
import type { AssetRef } from '../../../contracts/media';
import type { WorkContext } from '../../capabilities/adapter';
import { BITEXACT, inputArgs, runFfmpeg } from '../ffmpeg';

const TIMEOUT_MS = 60_000;
/** JPEG quality in ffmpeg's scale, 2 (best) to 31. */
const QUALITY = '3';

/**
 * The frame of a clip that is shown at a time (in ms from its start) as a JPEG of the clip's size; the last one beyond the end.
 * @throws FfmpegError when the clip cannot be decoded
 */
export async function grabFrame(ffmpegPath: string, clip: AssetRef, { at_ms, context }: { at_ms: number; context: WorkContext }): Promise<AssetRef> {
  const { dir, signal } = context;
  const output = path.join(dir, 'preview.jpg');
  const input = inputArgs(await context.open(clip), 'mov');
  // Every frame up to the time overwrites the picture, so that a time beyond the end leaves the last one.
  const until = ['-map', '0:v:0', '-an', '-t', String((at_ms + 1) / 1000), '-update', '1', '-q:v', QUALITY];
  await runFfmpeg(ffmpegPath, [...input, ...until, ...BITEXACT, '-f', 'image2', '-y', `file:${output}`], { dir, signal, timeout_ms: TIMEOUT_MS });
  return context.store('scene_preview', { path: output, content_type: 'image/jpeg' });
}
