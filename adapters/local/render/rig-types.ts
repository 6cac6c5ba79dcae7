import type { FaceChannel } from '../../capabilities/lip-sync';
import type { Point } from './geometry';

/** Channels that move vertices by a fixed field each; the others turn, shift or scale the head as a whole. */
export const SHAPE_CHANNELS = [
  'jaw',
  'close',
  'wide',
  'smile',
  'pucker',
  'blink',
  'brow',
  'breath',
] as const satisfies readonly FaceChannel[];
export type ShapeChannel = (typeof SHAPE_CHANNELS)[number];

/** Values of the channels; a missing one is 0. */
export type Channels = Partial<Record<FaceChannel, number>>;

/** A rectangle of the texture, in texels. */
export interface Patch {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A picture that hangs on the head: where it lies on the plate, and where in the texture. */
export interface Sprite {
  patch: Patch;
  /** Place on the plate in plate pixels. */
  place: Patch;
  /** Depth at equal steps from its left edge to its right one. */
  depth: Float32Array;
  /** At the same steps, how far it is bent downwards, in plate pixels. */
  bend: Float32Array;
}

/** One eyeball: a small mesh behind the lids whose inner part moves with the gaze. */
export interface Eyeball {
  /** x, y on the plate. */
  points: Float32Array;
  /** x, y in the texture. */
  texels: Float32Array;
  /** 1 where the point belongs to the iris, 0 at the rim. */
  gaze: Float32Array;
  triangles: Uint16Array;
  /** Depth per point: the rim lies as deep as the lids in front of it, so that no gap opens in a turn. */
  depth: Float32Array;
}

/** Sizes on the plate that motion is measured in. */
export interface Measures {
  interocular: number;
  mouth: Point;
  /** Half the width of the mouth. */
  mouthReach: number;
  /** From the middle of the lips to the chin. */
  lipToChin: number;
  /** Height of the opening between the lips in the photo. */
  mouthGap: number;
  chin: Point;
  faceHeight: number;
  faceCentre: Point;
  /** Where the head turns about: the root of the neck. */
  pivot: Point;
}

/** A face that can be posed: made once from a plate and its mesh, then only read. */
export interface Rig {
  width: number;
  height: number;
  /** The plate, and below it the patches for mouth, teeth and eyes; premultiplied. */
  texture: { width: number; height: number; rgba: Uint8Array };
  measures: Measures;
  /** x, y at rest. */
  points: Float32Array;
  /** Depth towards the viewer, in plate pixels, 0 at the outline of the face. */
  depth: Float32Array;
  /** How far a vertex follows the head: 1 at the face, 0 at the chest. */
  follow: Float32Array;
  /** Displacement x, y per unit of the channel. */
  shapes: Record<ShapeChannel, Float32Array>;
  /** Visible triangles of skin, hair and body. */
  skin: Uint16Array;
  eyes: Eyeball[];
  cavity: Patch;
  teeth: Sprite;
}

/** Where plate pixels land in the frame: frame = offset + scale * plate. */
export interface Placement {
  scale: number;
  x: number;
  y: number;
}
