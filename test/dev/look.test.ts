import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Timeline, TimelineScene } from '../../contracts/media';
import { projectRoot } from '../../contracts/project-root';
import { chooseMoments } from '../../dev/look/moments';
import { makeTrack, makeTiming } from '../adapters/local/assembly/test-film';

const run = promisify(execFile);

function scene(number: number, start_ms: number, text: string): TimelineScene {
  const words = text.split(' ').map((word, at) => ({ text: word, start_ms: start_ms + 100 + at * 300, end_ms: start_ms + 360 + at * 300 }));
  const visual = { framing: 'medium' as const, background: { prompt: null, asset_id: '' }, b_roll: null };
  const pose = { name: 'neutral' as const, intensity: 0 };
  return { scene: number, start_ms, end_ms: start_ms + 2_000, transcript: text, words, pose, visual, assets: { speech: '', scene_video: null } };
}

const timeline: Timeline = { duration_ms: 4_000, fps: 25, scenes: [scene(1, 0, 'We hope. It rains.'), scene(2, 2_000, 'A map helps.')] };
const film = { fps: 25, frames: 100, timeline, tracks: [null, null] };

describe('the moments of a film', () => {
  test('are its sentence starts and both sides of its transitions', () => {
    const moments = chooseMoments(film);
    const labels = (kind: string) => moments.filter((moment) => moment.kind === kind).map(({ label }) => label);
    expect(labels('sentence')).toEqual(['We', 'It', 'A']);
    expect(moments.filter(({ kind }) => kind === 'transition').map(({ frame }) => frame)).toEqual([49, 50]);
    expect(moments.map(({ frame }) => frame)).toEqual([...moments.map(({ frame }) => frame)].sort((a, b) => a - b));
  });

  test('have closures by the letters of the words when no track tells', () => {
    const closures = chooseMoments(film).filter(({ kind }) => kind === 'closure');
    expect(closures.map(({ label }) => label)).toEqual(['hope.', 'map', 'map', 'helps.']);
  });

  test('have closures and openings of the face track when there is one', () => {
    const track = { ...makeTrack(makeTiming('We hope. It rains.', 2_000), -1), closures: [{ from: 12, to: 14 }] };
    track.channels.jaw[4] = 0.7;
    const moments = chooseMoments({ ...film, timeline: { ...timeline, scenes: [timeline.scenes[0]!] }, tracks: [track] });
    expect(moments.filter(({ kind }) => kind === 'closure').map(({ frame }) => frame)).toEqual([13]);
    expect(moments.filter(({ kind }) => kind === 'opening').map(({ frame }) => frame)).toContain(4);
  });

  test('are even samples when nothing is known', () => {
    const moments = chooseMoments({ ...film, timeline: null });
    expect(moments).toHaveLength(24);
    expect(new Set(moments.map(({ frame }) => frame)).size).toBe(24);
  });
});

test('`npm run look` draws a film as one picture', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'look-'));
  try {
    const video = path.join(dir, 'video.mp4');
    const source = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-frames:v', '100', '-pix_fmt', 'yuv420p'];
    await run(process.env['FFMPEG_PATH'] ?? 'ffmpeg', [...source, '-y', video]);
    await writeFile(path.join(dir, 'timeline.json'), JSON.stringify(timeline));
    const look = path.join(projectRoot(), 'dist/dev/look.js');
    const { stdout } = await run(process.execPath, [look, video]);
    expect(stdout).toContain('9 moments');
    const sheet = await sharp(path.join(dir, 'video-look.png')).metadata();
    expect([sheet.format, sheet.width]).toEqual(['png', 1920]);
    await expect(run(process.execPath, [look, path.join(dir, 'no.mp4')])).rejects.toThrow('There is no file');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
