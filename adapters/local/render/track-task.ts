import { writeFile } from 'node:fs/promises';
import type { FrameSize, SpeechTiming } from '../../../contracts/media';
import type { Framing } from '../../../contracts/vocabulary';
import type { PoseTrack } from '../../capabilities/broll';
import type { FaceMesh } from '../../capabilities/image';
import { faceTrack } from './face-track';
import { readJsonFile } from './json-file';
import { measureExtent, placeSubject } from './placement';
import { decodePlate } from './plate';
import type { Placement } from './rig-types';
import { isOpenSmile } from './scene-setup';

/** Files and numbers of `render.track`. */
export interface TrackArgs {
  timing: string;
  mesh: string;
  pose: string | null;
  output: string;
  fps: number;
  duration_ms: number;
  scene: number;
  seed: number;
}

/** Task `render.track`: writes a FaceTrack as JSON and tells how many closures it has. */
export async function makeTrack(args: TrackArgs): Promise<{ closures: number }> {
  const timing = await readJsonFile<SpeechTiming>(args.timing);
  const openSmile = isOpenSmile(await readJsonFile<FaceMesh>(args.mesh));
  const pose = args.pose === null ? null : await readJsonFile<PoseTrack>(args.pose);
  const { fps, duration_ms, scene, seed } = args;
  const track = faceTrack(timing, { fps, duration_ms, scene, seed, openSmile, pose });
  await writeFile(args.output, JSON.stringify(track));
  return { closures: track.closures.length };
}

/** Files and numbers of `render.place`. */
export interface PlaceArgs {
  plate: string;
  mesh: string;
  framing: Framing;
  size: FrameSize;
}

/** Task `render.place`: where the subject stands in the frame, rounded so that it reads well in JSON. */
export async function placeInFrame({ plate, mesh, framing, size }: PlaceArgs): Promise<Placement> {
  const extent = measureExtent(await decodePlate(plate));
  const { scale, x, y } = placeSubject(await readJsonFile<FaceMesh>(mesh), { framing, size, extent });
  const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
  return { scale: round(scale, 5), x: round(x, 2), y: round(y, 2) };
}
