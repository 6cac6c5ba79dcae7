import type { FaceMesh } from '../../capabilities/image';
import { EYES, LIPS } from './face-topology';
import { snapLips } from './lip-edge';
import type { Plate } from './plate';
import { cutEyeballs, settleEyeball } from './rig-eyes';
import { eyeOutline, landmark, measureFace, meshSubject, mouthOutline } from './rig-mesh';
import { makeTeeth, paintCavity } from './rig-mouth';
import { followWeights, shapeFields } from './rig-shapes';
import { cutOpening, packTexture, premultiply, type PatchImage } from './rig-texture';
import type { Patch, Rig } from './rig-types';

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
  const images = [paintCavity(), teeth.image, ...eyes.map((eye) => eye.image)];
  const { texture, patches } = packTexture(openSkin(photo, mesh), images);
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
    teeth: { patch: patchOf(1), place: teeth.place, depth: teethDepth(mesh, subject.depth, teeth.place) },
  };
}

/** Columns of the strip of teeth. */
const TEETH_COLUMNS = 8;

/** The depth of the upper lip's edge along the teeth, so that both stay together when the head turns. */
function teethDepth(mesh: FaceMesh, depth: readonly number[], place: Patch): Float32Array {
  const edge = LIPS.upper[0].map((i) => ({ x: landmark(mesh, i)[0], z: depth[i] ?? 0 }));
  return Float32Array.from({ length: TEETH_COLUMNS + 1 }, (_, column) => {
    const x = place.x + (column / TEETH_COLUMNS) * place.width;
    const after = edge.findIndex((point) => point.x >= x);
    const [a, b] = [
      edge[after < 0 ? edge.length - 1 : Math.max(0, after - 1)],
      edge[after < 0 ? edge.length - 1 : after],
    ];
    if (!a || !b || b.x <= a.x) return b?.z ?? 0;
    return a.z + ((b.z - a.z) * (x - a.x)) / (b.x - a.x);
  });
}

/** The photo with mouth and eyes cut out softly; the photo itself stays whole for teeth and eyeballs. */
function openSkin(photo: Plate, mesh: FaceMesh): PatchImage {
  const skin = { ...photo, rgba: photo.rgba.slice() };
  for (const outline of [mouthOutline(), ...EYES.map(eyeOutline)]) {
    cutOpening(
      skin,
      outline.map((i) => landmark(mesh, i)),
      SOFT_RIM * mesh.interocular,
    );
  }
  return skin;
}
