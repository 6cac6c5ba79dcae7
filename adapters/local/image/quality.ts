import type { FaceLandmarks, Landmark } from './landmarks';
import { irisCentre, pointAt } from './landmarks';
import * as mesh from './mesh-points';
import { luma } from './raster';
import type { Raster } from './raster';
import { sampleSimilarity } from './sample';

/** The face is measured at this distance of the eyes, so that numbers compare between photos. */
const NORMAL_INTEROCULAR = 90;
/** The part that is measured, from brow to chin and cheek to cheek, in pixels at that size. */
const WINDOW = { width: 160, height: 180 };
/** Luma below which a pixel has lost its shadows, and above which its lights. */
const BLACK = 16;
const WHITE = 245;
/** Share of the picture that counts as its lights. */
const BRIGHTEST = 0.005;
const DEGREES = 180 / Math.PI;
/** The mesh of a face that looks straight ahead leans back by this much (measured). */
const PITCH_BIAS = 11;

/** What can be said about a photographed face in numbers. */
export interface FaceMetrics {
  /** Distance of the irises in pixels of the photo. */
  interocular: number;
  /** How sure the landmark model is, 0..1. */
  presence: number;
  /** Variance of the Laplacian over the variance of luma: sharp about 0.03, blurred below 0.003. */
  sharpness: number;
  /** Mean luma of the face, 0..255. */
  brightness: number;
  /** Luma that the brightest 0.5 % of the whole picture reach: how much of the range the light fills, whatever the skin. */
  highlights: number;
  /** Shares of the face that are black and white, 0..1. */
  shadows_lost: number;
  lights_lost: number;
  /** Mean luma of the left half over that of the right. */
  light_balance: number;
  /** Degrees; 0 is straight ahead and upright. */
  yaw: number;
  pitch: number;
  roll: number;
  /** Height over width of the wider open eye; below 0.18 it is shut. */
  eye_openness: number;
  /** Height over width of the gap between the lips. */
  mouth_openness: number;
  /** How far landmarks reach beyond the picture, in interocular distances; 0 when all lie inside. */
  cut_off: number;
}

/** Measures a face. `scale` is photo pixels per pixel of `picture`. */
export function measureFace(picture: Raster, face: FaceLandmarks, scale: number): FaceMetrics {
  const { points } = face;
  const left = irisCentre(points, mesh.LEFT_IRIS);
  const right = irisCentre(points, mesh.RIGHT_IRIS);
  const interocular = Math.hypot(right[0] - left[0], right[1] - left[1]);
  const angle = Math.atan2(right[1] - left[1], right[0] - left[0]);
  const window = lumaWindow(picture, points, { interocular, angle });
  const eyes = [mesh.LEFT_EYE, mesh.RIGHT_EYE].map((eye) =>
    openness(points, { ...eye, left: eye.outer, right: eye.inner }),
  );
  return {
    interocular: round(interocular * scale),
    presence: round(face.presence),
    ...measureLight(window),
    highlights: round(highlightsOf(picture)),
    ...measurePose(points, angle),
    eye_openness: round(Math.max(...eyes)),
    mouth_openness: round(openness(points, mesh.MOUTH)),
    cut_off: round(reachBeyond(picture, points) / interocular),
  };
}

/** Luma of the middle of the face at normal size. */
function lumaWindow(
  picture: Raster,
  points: Landmark[],
  face: { interocular: number; angle: number },
): Float32Array {
  const [top, chin] = [pointAt(points, mesh.FOREHEAD_TOP), pointAt(points, mesh.CHIN)];
  const rgb = sampleSimilarity(picture, {
    centre: [(top[0] + chin[0]) / 2, (top[1] + chin[1]) / 2],
    scale: face.interocular / NORMAL_INTEROCULAR,
    angle: face.angle,
    target: WINDOW,
  });
  return Float32Array.from({ length: rgb.length / 3 }, (_, i) =>
    luma(rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!),
  );
}

function measureLight(window: Float32Array) {
  const share = (matches: (value: number) => boolean) => window.filter(matches).length / window.length;
  const { mean } = moments(window);
  const half = (wanted: number) =>
    moments(window.filter((_, i) => Math.floor((i % WINDOW.width) / (WINDOW.width / 2)) === wanted));
  return {
    sharpness: round(relativeSharpness(window, WINDOW)),
    brightness: round(mean),
    shadows_lost: round(share((value) => value < BLACK)),
    lights_lost: round(share((value) => value > WHITE)),
    light_balance: round(half(0).mean / Math.max(1, half(1).mean)),
  };
}

function highlightsOf({ data, channels }: Raster): number {
  const counts = new Uint32Array(256);
  for (let i = 0; i < data.length; i += channels) counts[Math.floor(luma(data[i]!, data[i + 1]!, data[i + 2]!))]! += 1;
  const most = (data.length / channels) * BRIGHTEST;
  for (let value = 255, seen = 0; value > 0; value--) {
    seen += counts[value]!;
    if (seen > most) return value;
  }
  return 0;
}

/** Variance of the Laplacian over the variance of luma; 0 where all is alike. */
export function relativeSharpness(luma: Float32Array, size: { width: number; height: number }): number {
  const { variance } = moments(luma);
  return variance > 0 ? moments(laplacian(luma, size)).variance / variance : 0;
}

function laplacian(window: Float32Array, { width, height }: { width: number; height: number }): Float32Array {
  const out = new Float32Array((width - 2) * (height - 2));
  for (let y = 1, to = 0; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++, to++) {
      const i = y * width + x;
      out[to] = 4 * window[i]! - window[i - 1]! - window[i + 1]! - window[i - width]! - window[i + width]!;
    }
  }
  return out;
}

function moments(values: Float32Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

/** Head pose from the mesh's depth, after the roll has been taken out. */
function measurePose(points: Landmark[], roll: number) {
  const upright = (index: number) => {
    const [x, y, z] = pointAt(points, index);
    return [Math.cos(roll) * x + Math.sin(roll) * y, Math.cos(roll) * y - Math.sin(roll) * x, z] as const;
  };
  const [left, right] = [upright(mesh.LEFT_CHEEK_EDGE), upright(mesh.RIGHT_CHEEK_EDGE)];
  const [top, chin] = [upright(mesh.FOREHEAD_TOP), upright(mesh.CHIN)];
  return {
    yaw: round(Math.atan2(right[2] - left[2], right[0] - left[0]) * DEGREES),
    pitch: round(Math.atan2(chin[2] - top[2], chin[1] - top[1]) * DEGREES - PITCH_BIAS),
    roll: round(roll * DEGREES),
  };
}

function openness(
  points: Landmark[],
  opening: { upper: number; lower: number; left: number; right: number },
): number {
  const distance = (a: number, b: number) => {
    const [from, to] = [pointAt(points, a), pointAt(points, b)];
    return Math.hypot(to[0] - from[0], to[1] - from[1]);
  };
  return distance(opening.upper, opening.lower) / distance(opening.left, opening.right);
}

function reachBeyond({ width, height }: Raster, points: Landmark[]): number {
  return Math.max(0, ...points.map(([x, y]) => Math.max(-x, -y, x - width, y - height)));
}

/** Metrics are kept to four decimals: they are stored, shown and compared. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
