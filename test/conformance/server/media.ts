import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Media = 'mp4' | 'jpeg' | 'png' | 'mp3' | 'wav';

const SECONDS = 13;
/** Long enough for any scene that a test asks for; a picture that a caller may cut. */
const RECIPES: Record<Media, string[]> = {
  mp4: ['-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=25:duration=${SECONDS}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
  jpeg: ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720', '-frames:v', '1'],
  png: ['-f', 'lavfi', '-i', 'testsrc2=size=1024x1024', '-frames:v', '1'],
  wav: ['-f', 'lavfi', '-i', `sine=frequency=220:duration=${SECONDS}`, '-ar', '24000', '-ac', '1', '-c:a', 'pcm_s16le'],
  mp3: ['-f', 'lavfi', '-i', `sine=frequency=220:duration=${SECONDS}`, '-c:a', 'libmp3lame', '-b:a', '64k'],
};

const made = new Map<Media, Promise<Buffer>>();

/** A real little film, picture or sound, made once a process. */
export function mediaOf(media: Media): Promise<Buffer> {
  const known = made.get(media) ?? make(media);
  made.set(media, known);
  return known;
}

async function make(media: Media): Promise<Buffer> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'understudy-media-'));
  try {
    const file = path.join(dir, `result.${media}`);
    await run(process.env['FFMPEG_PATH'] || 'ffmpeg', ['-v', 'error', ...RECIPES[media], file]);
    return await readFile(file);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
