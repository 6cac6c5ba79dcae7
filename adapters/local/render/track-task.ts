import { writeFile } from 'node:fs/promises';
import type { FrameSize, Pose, SpeechTiming } from '../../../contracts/media';
import type { Framing } from '../../../contracts/vocabulary';
import type { PoseTrack } from '../../capabilities/broll';
import type { FaceMesh } from '../../capabilities/image';
import { faceTrack } from './face-track';
import { readJsonFile } from './json-file';
import { measureExtent, placeSubject } from './placement';
import { decodePlate } from './plate';
import { poseTrack } from './pose-track';
import type { Placement } from './rig-types';
import { isOpenSmile } from './scene-setup';

/** Files and numbers of `render.track`. */
export interface TrackArgs {
  timing: string;
  mesh: string;
  /** A PoseTrack; without one the pose itself is followed. */
  pose_track: string | null;
  pose: Pose;
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
  const { fps, duration_ms, scene, seed } = args;
  const track = faceTrack(timing, { fps, duration_ms, scene, seed, openSmile, pose: await poseOf(args, timing) });
  await writeFile(args.output, JSON.stringify(track));
  return { closures: track.closures.length };
}

async function poseOf({ pose_track, pose, fps, duration_ms, seed }: TrackArgs, timing: SpeechTiming): Promise<PoseTrack | null> {
  if (pose_track !== null) return readJsonFile<PoseTrack>(pose_track);
  return pose.name === 'neutral' ? null : poseTrack(pose, timing, { fps, duration_ms, seed });
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
