import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { concatList } from '../../adapters/local/assembly/concat-list';
import { joinArgs } from '../../adapters/local/assembly/join';
import { runFfmpeg } from '../../adapters/local/ffmpeg';
import type { TestContext } from '../../test/adapters/local/assembly/test-context';
import type { LocalFilm } from '../../test/support/local-film';

export interface JoinOptions {
  ffmpeg: string;
  context: TestContext;
  dir: string;
  sound: boolean;
}

/** The join itself: pictures copied and, unless left out, the voice encoded once. Poster, marking and checks are not in it. */
export async function joinOnly(film: LocalFilm, { ffmpeg, context, dir, sound }: JoinOptions): Promise<void> {
  const scenes = await Promise.all(
    film.scenes.map(async ({ video, duration_ms }) => ({ path: await context.open(video), duration_ms })),
  );
  const list = path.join(dir, 'scenes.ffconcat');
  await writeFile(list, concatList(scenes));
  const files = { list, audio: await context.open(film.stitched.audio_master), film: path.join(dir, 'joined.mp4') };
  const copied = ['-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', '-movflags', '+faststart', '-y', files.film];
  await runFfmpeg(ffmpeg, sound ? joinArgs(files, { title: 'Film' }) : copied, { dir, signal: context.signal, timeout_ms: 120_000 });
}
