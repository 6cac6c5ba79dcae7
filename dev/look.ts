import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { TaskHost } from '../adapters/local/compute/host';
import { probeMedia } from '../adapters/local/probe-media';
import { drawContactSheet } from './look/contact-sheet';
import { chooseMoments } from './look/moments';
import { openSource } from './look/source';
import { cutTiles } from './look/tiles';
import { ensureTool } from './tools/ensure-tool';

/**
 * `npm run look -- JOB|FILE [--out sheet.png]`: a finished film as one picture, with its sentence starts, mouths shut and
 * open, and transitions, to be judged by eye.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
  const [name] = positionals;
  if (name === undefined) throw new Error('Say which film: npm run look -- JOB|FILE [--out sheet.png]');
  const source = await openSource(name);
  try {
    const { video } = await probeMedia(source.video);
    if (video === null) throw new Error('The file has no picture.');
    const ffmpegPath = await ensureTool('ffmpeg', { print: () => undefined });
    const moments = chooseMoments({ fps: video.fps, frames: video.frames, timeline: source.timeline, tracks: source.tracks });
    const tiles = await cutTiles({ ffmpegPath, video: source.video, frame: video }, moments, ownHost());
    const title = `${source.title}   ${video.width}x${video.height}, ${(video.duration_ms / 1000).toFixed(1)} s`;
    const sheet = await drawContactSheet(tiles, { title, frame: video, fps: video.fps });
    const target = path.resolve(values.out ?? source.sheet);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, sheet);
    console.log(`${tiles.length} moments: ${target}`);
  } finally {
    await source.remove();
  }
}

/** Here nothing waits for the event loop, so models run in this process. */
function ownHost(): TaskHost {
  const values = new Map<unknown, Promise<unknown>>();
  function cached<Value>(load: () => Promise<Value>): Promise<Value>;
  function cached(load: () => Promise<unknown>): Promise<unknown> {
    const value = values.get(load) ?? load();
    values.set(load, value);
    return value;
  }
  return { cached, progress: () => undefined };
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
