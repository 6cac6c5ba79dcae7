import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inputArgs, measureLoudness, runFfmpeg } from '../../../../adapters/local/ffmpeg';
import type { FfmpegOptions } from '../../../../adapters/local/ffmpeg';
import { ffmpegPath } from './test-context';

/** Work that would take a day. */
const ENDLESS = '-re -f lavfi -i testsrc2=duration=86400 -f null -'.split(' ');
let dir: string;
let options: FfmpegOptions;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'understudy-ffmpeg-'));
  options = { signal: new AbortController().signal, timeout_ms: 60_000, dir };
});

afterEach(() => rm(dir, { recursive: true, force: true }));

describe('ffmpeg as a child', () => {
  it('ends at its time limit', async () => {
    await expect(runFfmpeg(ffmpegPath(), ENDLESS, { ...options, timeout_ms: 300 })).rejects.toMatchObject({
      code: 'ffmpeg_timeout',
    });
  });

  it('ends when the signal is aborted', async () => {
    const aborter = new AbortController();
    const run = runFfmpeg(ffmpegPath(), ENDLESS, { ...options, signal: aborter.signal });
    aborter.abort();
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says when there is no such program', async () => {
    await expect(runFfmpeg(path.join(dir, 'none'), [], options)).rejects.toMatchObject({
      code: 'ffmpeg_missing',
    });
  });

  it.each([
    ['wav', '#EXTM3U\n#SECRET\n'],
    ['mov', '#EXTM3U\n#SECRET\n'],
    ['png_pipe', '#EXTM3U\n#SECRET\n'],
    ['concat', "SECRET 'SECRET'\n"],
  ] as const)('tells nothing of what stands in a broken %s file', async (format, text) => {
    const file = path.join(dir, 'SECRET-name');
    await writeFile(file, text);
    const run = runFfmpeg(ffmpegPath(), [...inputArgs(file, format), '-f', 'null', '-'], options);
    const error: unknown = await run.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'ffmpeg_failed' });
    const said = String(error).replaceAll('SECRET-name', '');
    expect(said).not.toMatch(/SECRET|EXTM3U|\/tmp/);
  });

  it('opens no file that a list of scenes does not name as mp4 or PNG', async () => {
    const other = path.join(dir, 'other.ts');
    const made = '-f lavfi -i testsrc2=duration=1:size=64x64 -f mpegts -y'.split(' ');
    await runFfmpeg(ffmpegPath(), [...made, other], options);
    const playlist = path.join(dir, 'scene.m3u8');
    await writeFile(playlist, `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${other}\n#EXT-X-ENDLIST\n`);
    const list = path.join(dir, 'list');
    await writeFile(list, `ffconcat version 1.0\nfile 'file:${playlist}'\n`);
    const decode = ['-f', 'null', '-'];
    const unguarded = ['-safe', '0', '-f', 'concat', '-i', list, ...decode];
    await expect(runFfmpeg(ffmpegPath(), unguarded, options)).resolves.toBeUndefined();
    const guarded = [...inputArgs(list, 'concat'), ...decode];
    await expect(runFfmpeg(ffmpegPath(), guarded, options)).rejects.toMatchObject({ code: 'ffmpeg_failed' });
  });

  it('measures a 997 Hz tone at -20 dBFS as -23 LUFS in one channel', async () => {
    const tone = path.join(dir, 'tone.wav');
    const source = '-f lavfi -i sine=frequency=997:sample_rate=48000:duration=5 -af volume=-1.94dB -y'.split(
      ' ',
    );
    await runFfmpeg(ffmpegPath(), [...source, tone], options);
    const { integrated_lufs, true_peak_db, momentary } = await measureLoudness(ffmpegPath(), tone, options);
    expect(Math.abs(integrated_lufs + 23)).toBeLessThanOrEqual(1);
    expect(Math.abs(true_peak_db + 20)).toBeLessThanOrEqual(0.3);
    expect(momentary.at(-1)?.end_ms).toBe(5_000);
  });
});
