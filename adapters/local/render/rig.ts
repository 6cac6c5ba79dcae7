import type { FaceMesh } from '../../capabilities/image';
import { colourfulness } from './face-colours';
import { EYES, LIPS, MARK } from './face-topology';
import { snapLips } from './lip-edge';
import type { Plate } from './plate';
import { cutEyeballs, settleEyeball } from './rig-eyes';
import { eyeOutline, landmark, measureFace, meshSubject, mouthOutline } from './rig-mesh';
import { makeTeeth, paintCavity } from './rig-mouth';
import { followWeights, shapeFields } from './rig-shapes';
import { cutOpening, packTexture, premultiply, type PatchImage, type SoftRim } from './rig-texture';
import type { Patch, Rig, Sprite } from './rig-types';

/** Width of the soft rim of lips and lids, in interocular distances. */
const SOFT_RIM = 0.012;

/**
 * Makes a face that can be posed from a cut-out subject (straight alpha) and the mesh that lies on it. About 0.2 s for a
 * megapixel, so it belongs into a compute thread.
 * @throws RangeError when the mesh has fewer than 478 landmarks.
 */
export function buildRig(plate: Plate, coarse: FaceMesh): Rig {
  const mesh = snapLips(plate, coarse);
  const measures = measureFace(mesh);
  const subject = meshSubject(plate, mesh, measures);
  const photo = { ...plate, rgba: premultiply(plate.rgba) };
  const eyes = cutEyeballs(photo, mesh, subject.depth);
  const teeth = makeTeeth(photo, mesh, measures);
  const images = [paintCavity(colourfulness(photo, mesh)), teeth.image, ...eyes.map((eye) => eye.image)];
  const { texture, patches } = packTexture(openSkin(photo, mesh, teeth.painted), images);
  const source = { mesh, measures, points: subject.points, height: plate.height };
  const patchOf = (index: number): Patch => patches[index] ?? { x: 0, y: 0, width: 0, height: 0 };
  return {
    width: plate.width,
    height: plate.height,
    texture,
    measures,
    points: Float32Array.from(subject.points.flat()),
    depth: Float32Array.from(subject.depth),
    follow: followWeights(source),
    shapes: shapeFields(source),
    skin: Uint16Array.from(subject.triangles.flat()),
    eyes: eyes.map((eye, i) => settleEyeball(eye, patchOf(2 + i))),
    cavity: patchOf(0),
    teeth: { patch: patchOf(1), ...hangTeeth(mesh, subject.depth, teeth) },
  };
}

/** Columns of the strip of teeth. */
const TEETH_COLUMNS = 8;
/** How far made-up teeth follow the curve of the upper lip; photographed ones lie where they lay. */
const ARCH = 0.8;

/** The strip of teeth bent to the upper lip: as deep as its edge, so that both stay together when the head turns. */
function hangTeeth(
  mesh: FaceMesh,
  depth: readonly number[],
  teeth: { place: Patch; painted: boolean },
): Omit<Sprite, 'patch'> {
  const edge = LIPS.upper[0].map((i) => ({
    x: landmark(mesh, i)[0],
    y: landmark(mesh, i)[1],
    z: depth[i] ?? 0,
  }));
  const middle = landmark(mesh, MARK.upperLip)[1];
  const { place, painted } = teeth;
  const columns = Array.from({ length: TEETH_COLUMNS + 1 }, (_, i) =>
    alongEdge(edge, place.x + (i / TEETH_COLUMNS) * place.width),
  );
  return {
    place,
    depth: Float32Array.from(columns, ({ z }) => z),
    bend: Float32Array.from(columns, ({ y }) => (painted ? ARCH * (y - middle) : 0)),
  };
}

interface EdgePoint {
  x: number;
  y: number;
  z: number;
}

/** The point of an edge at x, by straight lines between its points; beyond its ends the last one. */
function alongEdge(edge: readonly EdgePoint[], x: number): EdgePoint {
  const after = edge.findIndex((point) => point.x >= x);
  const b = edge.at(after);
  const a = after > 0 ? edge[after - 1] : b;
  if (!a || !b || b.x <= a.x) return b ?? { x, y: 0, z: 0 };
  const t = (x - a.x) / (b.x - a.x);
  return { x, y: a.y + t * (b.y - a.y), z: a.z + t * (b.z - a.z) };
}

/** The photo with mouth and eyes cut out softly; the photo itself stays whole for teeth and eyeballs. */
function openSkin(photo: Plate, mesh: FaceMesh, teethPainted: boolean): PatchImage {
  const skin = { ...photo, rgba: photo.rgba.slice() };
  const width = SOFT_RIM * mesh.interocular;
  const usual = { from: -0.5 * width, to: width };
  // Lips photographed closed have no opening yet: a rim as wide as the others would leave a slit between them.
  const lips = teethPainted ? { from: -width, to: 0.35 * width } : usual;
  const cut = (outline: readonly number[], rim: SoftRim): void =>
    cutOpening(
      skin,
      outline.map((i) => landmark(mesh, i)),
      rim,
    );
  cut(mouthOutline(), lips);
  for (const eye of EYES) cut(eyeOutline(eye), usual);
  return skin;
}
