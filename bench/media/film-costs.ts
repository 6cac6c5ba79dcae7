import { makeAudioMaster } from '../../adapters/local/assembly/audio-master';
import type { TestContext } from '../../test/adapters/local/assembly/test-context';
import type { LocalFilm } from '../../test/support/local-film';
import { joinOnly } from './join-only';
import { cpuSeconds, type Meter } from './metered';

/** What belongs to the making of an avatar, which is done once, and not to a film. */
export const ONCE = ['inspector.validatePhotos', 'image.neutralImage'];

/** What `makeLocalFilm` asks for. */
const LOUDNESS = -16;

/** CPU seconds of one film. */
export interface FilmCosts {
  /** All of it, as the meter saw it. */
  whole: number;
  /** From stills and voices to the film: what a one-pass render does too. */
  render: number;
  /** What such a render is given or goes without: speech, painted backgrounds, the rough cut, poster and self-check. */
  beyond: number;
  /** Stage `output`: joining, poster and self-check. */
  output: number;
  /** Joining the pictures by copying them. */
  join: number;
  /** The same with the film's sound to encode. */
  join_with_sound: number;
}

/** Divides a film's cost into what ffmpeg alone would have to do as well and what it would not. */
export async function filmCosts(film: LocalFilm, meter: Meter, tools: { ffmpeg: string; context: TestContext; dir: string }): Promise<FilmCosts> {
  const { ffmpeg, context, dir } = tools;
  const parts = meter.parts().filter((part) => !ONCE.includes(part));
  const whole = parts.reduce((sum, part) => sum + meter.seconds(part), 0);
  const join = await cpuSeconds(() => joinOnly(film, { ...tools, sound: false }));
  const join_with_sound = await cpuSeconds(() => joinOnly(film, { ...tools, sound: true }));
  const scenes = await Promise.all(
    film.scenes.map(async ({ speech, duration_ms }) => ({ path: await context.open(speech), duration_ms })),
  );
  const limits = { dir, signal: context.signal, timeout_ms: 120_000 };
  const voice = await cpuSeconds(() => makeAudioMaster(ffmpeg, { scenes, target_lufs: LOUDNESS }, limits));
  const pictures = ['video.perform', 'lip_sync.perform', 'enhance.perform'].reduce((sum, part) => sum + meter.seconds(part), 0);
  const render = pictures + voice + join_with_sound;
  return { whole, render, beyond: whole - render, output: meter.seconds('assembly.join'), join, join_with_sound };
}

/** Of a film that was made twice. */
export function meanCosts(a: FilmCosts, b: FilmCosts): FilmCosts {
  const mean = (part: keyof FilmCosts): number => (a[part] + b[part]) / 2;
  return {
    whole: mean('whole'),
    render: mean('render'),
    beyond: mean('beyond'),
    output: mean('output'),
    join: mean('join'),
    join_with_sound: mean('join_with_sound'),
  };
}
