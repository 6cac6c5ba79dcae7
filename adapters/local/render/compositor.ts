import type { FrameSize } from '../../../contracts/media';
import type { SceneLayers } from '../../capabilities/video';
import type { Backdrop } from './backdrop';
import { holdsFrame, type FrameSpan } from './frame-span';
import { clamp, smoothStep } from './geometry';
import type { Overlay } from './overlay';
import { triangleBox } from './triangle-box';
import type { Planes, Rasteriser, Surface } from './rasteriser';
import { triangleCount, writeTriangles } from './rig-draw';
import { poseRig } from './rig-pose';
import type { Channels, Placement, Rig } from './rig-types';

/** Paints frame `index` into `target`; every pixel of it. */
export type Painter = (target: Planes, index: number) => void | Promise<void>;

export interface TalkingScene {
  rig: Rig;
  placement: Placement;
  backdrop: Backdrop;
  camera: SceneLayers['camera'];
  frames: number;
  size: FrameSize;
  /** The channels of one frame. */
  channelsAt(index: number): Channels;
}

/** The background moves less than the subject when the camera comes closer. */
export const PARALLAX = 0.45;
/** The point that the camera moves towards, in shares of the frame: about the face. */
const AIM = { x: 0.5, y: 0.38 } as const;

/**
 * Paints a subject in front of its background, with the slow camera. The subject is drawn on a layer of its own, so that
 * the background is scaled as planes, which have less than half the bytes of its RGBA.
 */
export function talkingPainter(raster: Rasteriser, scene: TalkingScene): Painter {
  const texture = raster.surface(scene.rig.texture, scene.rig.texture.rgba);
  raster.toYuva(texture);
  const backdrop = raster.planes(scene.backdrop, scene.backdrop.rgba);
  const layer = raster.surface(scene.size);
  const most = triangleCount(scene.rig);
  return (target, index) => {
    const zoom = zoomAt(scene.camera, index, scene.frames);
    drawBackdrop(raster, target, { surface: backdrop, zoom: 1 + (zoom - 1) * PARALLAX });
    const posed = poseRig(scene.rig, scene.channelsAt(index));
    const placement = zoomPlacement(scene.placement, zoom, scene.size);
    const room = raster.trianglesFor(most);
    const count = writeTriangles(scene.rig, posed, { room, placement });
    const box = triangleBox(room, count, scene.size);
    raster.clear(layer, box);
    raster.drawTriangles(layer, texture, count);
    raster.layOver(target, layer, { left: 0, top: 0, strength: 1, box });
  };
}

/** Even in time, with a soft start and end, so that joined scenes do not seem to jerk. */
export function zoomAt(camera: SceneLayers['camera'], index: number, frames: number): number {
  const t = frames > 1 ? index / (frames - 1) : 0;
  const eased = 0.7 * t + 0.3 * smoothStep(0, 1, t);
  return Math.max(1, camera.zoom_from + (camera.zoom_to - camera.zoom_from) * eased);
}

/** The placement as seen by a camera that has come closer. */
export function zoomPlacement(placement: Placement, zoom: number, size: FrameSize): Placement {
  const [aimX, aimY] = [AIM.x * size.width, AIM.y * size.height];
  return {
    scale: placement.scale * zoom,
    x: aimX + (placement.x - aimX) * zoom,
    y: aimY + (placement.y - aimY) * zoom,
  };
}

/** Fills the frame with a backdrop; zoom 1 shows all of it. */
export function drawBackdrop(
  raster: Rasteriser,
  target: Planes,
  { surface, zoom }: { surface: Planes; zoom: number },
): void {
  const whole = Math.min(
    (surface.width - 2) / (target.width - 1),
    (surface.height - 2) / (target.height - 1),
  );
  const step = whole / zoom;
  const x = AIM.x * (surface.width - 2 - step * (target.width - 1));
  const y = AIM.y * (surface.height - 2 - step * (target.height - 1));
  raster.drawScaled(target, surface, { x, y, step });
}

/** A still that covers the picture for a while. */
export interface Cutaway extends FrameSpan {
  backdrop: Backdrop;
}

/** Frames over which a cutaway comes and goes. */
const CROSS_FADE = 8;
const CUTAWAY_ZOOM = 0.055;

/** Lays cutaways over what `below` paints, each with a slow push and a short cross-fade at both ends. */
export function withCutaways(
  raster: Rasteriser,
  below: Painter,
  options: { cutaways: Cutaway[]; size: FrameSize; frames: number },
): Painter {
  const { cutaways, size, frames } = options;
  if (cutaways.length === 0) return below;
  const aside = raster.planes(size);
  const loaded = cutaways.map((cutaway) => ({
    ...cutaway,
    surface: raster.planes(cutaway.backdrop, cutaway.backdrop.rgba),
  }));
  return async (target, index) => {
    const shown = loaded.find((cutaway) => holdsFrame(cutaway, index));
    const strength = shown ? cutawayStrength(shown, index, frames) : 0;
    if (strength < 1) await below(target, index);
    if (!shown) return;
    const t = (index - shown.from) / Math.max(1, shown.to - shown.from - 1);
    drawBackdrop(raster, strength < 1 ? aside : target, {
      surface: shown.surface,
      zoom: 1 + CUTAWAY_ZOOM * t,
    });
    if (strength < 1) raster.mix(target, aside, strength);
  };
}

/** 0..1; fades are shorter when the cutaway itself is short, and left out where it touches an end of the scene. */
function cutawayStrength({ from, to }: Cutaway, index: number, frames: number): number {
  const fade = Math.max(1, Math.min(CROSS_FADE, Math.floor((to - from) / 3)));
  const rise = from === 0 ? 1 : clamp((index - from + 1) / (fade + 1), 0, 1);
  const fall = to >= frames ? 1 : clamp((to - index) / (fade + 1), 0, 1);
  return Math.min(rise, fall);
}

/** An overlay with its time. */
export interface TimedOverlay extends FrameSpan {
  overlay: Overlay;
}

const OVERLAY_FADE = 3;

/** Lays captions and marks over what `below` paints. */
export function withOverlays(raster: Rasteriser, below: Painter, overlays: TimedOverlay[]): Painter {
  const loaded = overlays.map((timed) => ({ ...timed, ...loadOverlay(raster, timed.overlay) }));
  return async (target, index) => {
    await below(target, index);
    for (const timed of loaded) {
      if (!holdsFrame(timed, index)) continue;
      const { from, surface, left, top } = timed;
      const rise = from === 0 ? 1 : (index - from + 1) / (OVERLAY_FADE + 1);
      raster.layOver(target, surface, { left, top, strength: Math.min(1, rise) });
    }
  };
}

/** An overlay as a layer with even sides at an even place, as the halved colour planes ask. */
function loadOverlay(raster: Rasteriser, overlay: Overlay): { surface: Surface; left: number; top: number } {
  const { width, height, left, top, rgba } = overlay;
  const [aside, above] = [left & 1, top & 1];
  const surface = raster.surface({ width: (aside + width + 1) & ~1, height: (above + height + 1) & ~1 });
  const pixels = raster.pixels(surface);
  for (let y = 0; y < height; y++)
    pixels.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), ((y + above) * surface.width + aside) * 4);
  raster.toYuva(surface);
  return { surface, left: left - aside, top: top - above };
}
