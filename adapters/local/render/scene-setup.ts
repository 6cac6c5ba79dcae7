import type { FrameSize } from '../../../contracts/media';
import { FACE_CHANNELS, type FaceTrack } from '../../capabilities/lip-sync';
import type { FaceMesh } from '../../capabilities/image';
import type { SceneLayers } from '../../capabilities/video';
import { castShadow, loadBackdrop, type Backdrop } from './backdrop';
import { zoomPlacement, type TalkingScene } from './compositor';
import { clamp } from './geometry';
import { readJsonFile } from './json-file';
import { TEETH_GAP } from './lip-edge';
import { softenCutSides } from './placement';
import { cropSubject, decodePlate, resizeSubject } from './plate';
import { buildRig } from './rig';
import { measureFace } from './rig-mesh';
import type { Channels, Placement, Rig } from './rig-types';
import { lightSubject } from './scene-light';
import { renderStill } from './still';

/** A scene as files on this machine. */
export interface LayerFiles {
  layers: SceneLayers;
  plate: string;
  mesh: string;
  background: string;
  /** Face track; null shows the face at rest. */
  track: string | null;
}

/** Rows of the plate kept below the frame, for the movements of a leaning body. */
const SPARE_ROWS = 24;
const SHARPNESS = 0.8;

/** Loads everything a talking scene needs. About half a second of computing for 720p. */
export async function setUpScene(files: LayerFiles): Promise<TalkingScene> {
  const { layers } = files;
  const { rig, placement } = await setUpRig(files);
  const backdrop = await loadBackdrop(files.background, { frame: layers.size, behindSubject: true });
  await shadeBackdrop(backdrop, { rig, placement, layers });
  const rest = restChannels(rig);
  const track = files.track === null ? null : await readJsonFile<FaceTrack>(files.track);
  const { camera, frames, size } = layers;
  const channelsAt = (index: number): Channels => (track ? channelsOf(track, index) : rest);
  return { rig, placement, backdrop, camera, frames, size, channelsAt };
}

/** The rig at about the size at which the frame shows it, in the scene's light. */
async function setUpRig({ layers, plate, mesh }: LayerFiles): Promise<{ rig: Rig; placement: Placement }> {
  const { placement, size, light, camera } = layers;
  const whole = { plate: await decodePlate(plate), mesh: await readJsonFile<FaceMesh>(mesh) };
  softenCutSides(whole.plate, placement, size);
  const rows = Math.ceil((size.height - placement.y) / placement.scale) + SPARE_ROWS;
  const scale = clamp(placement.scale * Math.max(camera.zoom_from, camera.zoom_to, 1), 0.05, 1.6);
  const subject = await resizeSubject(cropSubject(whole, rows), { scale, sharpness: SHARPNESS });
  lightSubject(subject.plate, light);
  return {
    rig: buildRig(subject.plate, subject.mesh),
    placement: { ...placement, scale: placement.scale / scale },
  };
}

/** Drawn at a quarter of the size: a shadow has no detail. */
const SHADOW_SCALE = 0.25;

async function shadeBackdrop(
  backdrop: Backdrop,
  scene: { rig: Rig; placement: Placement; layers: SceneLayers },
): Promise<void> {
  const { size, light } = scene.layers;
  if (light.open) return;
  const small: FrameSize = {
    width: Math.round(size.width * SHADOW_SCALE),
    height: Math.round(size.height * SHADOW_SCALE),
  };
  const aside = { left: 1, right: -1, front: 0 }[light.direction] * 0.02 * size.width;
  const { scale, x, y } = zoomPlacement(scene.placement, 1, size);
  const placement = {
    scale: scale * SHADOW_SCALE,
    x: (x + aside) * SHADOW_SCALE,
    y: (y + 0.012 * size.height) * SHADOW_SCALE,
  };
  const still = renderStill(scene.rig, { channels: {}, size: small, placement });
  const alpha = Uint8Array.from({ length: small.width * small.height }, (_, i) => still[i * 4 + 3] ?? 0);
  await castShadow(backdrop, { ...small, alpha }, small.height * 0.03);
}

/** The face when nobody speaks: a toothy smile is closed, other faces stay as photographed. */
export function restChannels(rig: Pick<Rig, 'measures'>): Channels {
  return showsTeeth(rig.measures) ? { close: 1, smile: -0.2, wide: -0.1 } : { close: 1 };
}

function showsTeeth(measures: { mouthGap: number; interocular: number }): boolean {
  return measures.mouthGap >= TEETH_GAP * measures.interocular;
}

/** True when the photo behind a mesh was taken with an open smile. */
export function isOpenSmile(mesh: FaceMesh): boolean {
  return showsTeeth(measureFace(mesh));
}

/** One frame of a track; after its end the last frame holds. */
function channelsOf(track: FaceTrack, index: number): Channels {
  const at = Math.min(index, track.frames - 1);
  return Object.fromEntries(FACE_CHANNELS.map((name) => [name, track.channels[name]?.[at] ?? 0]));
}
