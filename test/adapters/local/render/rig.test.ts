import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FaceMesh } from '../../../../adapters/capabilities/image';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { eyeWhite } from '../../../../adapters/local/render/face-colours';
import { EYES, FACE_OVAL, LIPS } from '../../../../adapters/local/render/face-topology';
import { boundsOf, insidePolygon, type Point } from '../../../../adapters/local/render/geometry';
import { measureExtent, placeSubject } from '../../../../adapters/local/render/placement';
import { decodePlate, type Plate } from '../../../../adapters/local/render/plate';
import { buildRig } from '../../../../adapters/local/render/rig';
import { eyeOutline, landmark, measureFace } from '../../../../adapters/local/render/rig-mesh';
import { makeTeeth } from '../../../../adapters/local/render/rig-mouth';
import { poseRig } from '../../../../adapters/local/render/rig-pose';
import type { Channels, Rig } from '../../../../adapters/local/render/rig-types';
import { renderStill } from '../../../../adapters/local/render/still';
import { frameSize } from '../../../../contracts/media';
import { ASPECT_RATIOS, FRAMINGS, type Framing } from '../../../../contracts/vocabulary';
import { cutOutAstronaut } from './test-face';

let plate: Plate;
let mesh: FaceMesh;
let rig: Rig;

beforeAll(async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'rig-'));
  const pool = createComputePool({ size: 1 });
  const face = await cutOutAstronaut(pool, dir);
  plate = await decodePlate(face.plate);
  mesh = face.mesh;
  rig = buildRig(plate, mesh);
  await pool.close();
  await rm(dir, { recursive: true });
});

/** The head at one to one, on grey or on nothing. */
function draw(channels: Channels, background?: number): Uint8Array {
  const [left, top] = headCorner();
  return renderStill(rig, { channels, size: HEAD, placement: { scale: 1, x: -left, y: -top }, background });
}

const HEAD = { width: 640, height: 720 };

function headCorner(): [number, number] {
  const [x, y] = rig.measures.faceCentre;
  return [Math.round(x) - HEAD.width / 2, Math.round(y) - HEAD.height / 2];
}

/** Mean change of a pixel inside a box of the head picture, 0..255. */
function changeIn(
  a: Uint8Array,
  b: Uint8Array,
  box: { left: number; top: number; right: number; bottom: number },
): number {
  const [left, top] = headCorner();
  let [sum, count] = [0, 0];
  for (let y = Math.floor(box.top) - top; y < box.bottom - top; y++) {
    for (let x = Math.floor(box.left) - left; x < box.right - left; x++) {
      for (let c = 0; c < 3; c++)
        sum += Math.abs((a[(y * HEAD.width + x) * 4 + c] ?? 0) - (b[(y * HEAD.width + x) * 4 + c] ?? 0));
      count += 3;
    }
  }
  return sum / count;
}

const boxOf = (landmarks: readonly number[]): ReturnType<typeof boundsOf> =>
  boundsOf(landmarks.map((i) => landmark(mesh, i)));
const eyeBoxes = (): ReturnType<typeof boundsOf>[] => EYES.map((eye) => boxOf(eyeOutline(eye)));
const mouthBox = (): ReturnType<typeof boundsOf> => boxOf([...LIPS.upper[3], ...LIPS.lower[3]]);

const EXTREMES: Channels[] = [
  { yaw: 0.25 },
  { yaw: -0.25 },
  { pitch: 0.2 },
  { pitch: -0.2 },
  { roll: 0.1 },
  { jaw: 0.7 },
  { jaw: 0.7, yaw: 0.2, roll: -0.1 },
  { close: 1, yaw: -0.2, pitch: 0.15 },
  { blink: 1, yaw: 0.2 },
  { pucker: 1, jaw: 0.15 },
  { wide: 0.7, smile: 0.5, brow: 1 },
  { gaze_x: 0.7, gaze_y: 0.5, yaw: 0.2 },
];

describe('the rig', () => {
  it('gives the same bytes twice, also from a rig built anew', () => {
    const first = draw({ jaw: 0.4, yaw: 0.1, blink: 0.5 }, 128);
    const second = renderStill(buildRig(plate, mesh), {
      channels: { jaw: 0.4, yaw: 0.1, blink: 0.5 },
      size: HEAD,
      placement: { scale: 1, x: -headCorner()[0], y: -headCorner()[1] },
      background: 128,
    });
    expect(Buffer.from(second).equals(Buffer.from(first))).toBe(true);
  });

  it('looks like the photo when nothing moves', () => {
    const [left, top] = headCorner();
    const still = draw({});
    const box = boxOf(FACE_OVAL);
    let [sum, count] = [0, 0];
    for (let y = Math.ceil(box.top); y < box.bottom; y++) {
      for (let x = Math.ceil(box.left); x < box.right; x++) {
        const [from, to] = [(y * plate.width + x) * 4, ((y - top) * HEAD.width + x - left) * 4];
        if ((plate.rgba[from + 3] ?? 0) < 250) continue;
        for (let c = 0; c < 3; c++) sum += Math.abs((plate.rgba[from + c] ?? 0) - (still[to + c] ?? 0));
        count += 3;
      }
    }
    expect(sum / count).toBeLessThan(1.5);
  });

  it('changes the eyes when it blinks, and not the mouth', () => {
    const [open, shut] = [draw({}, 128), draw({ blink: 1 }, 128)];
    for (const box of eyeBoxes()) expect(changeIn(open, shut, box)).toBeGreaterThan(12);
    expect(changeIn(open, shut, mouthBox())).toBe(0);
  });

  it.each<Channels>([{ jaw: 0.5 }, { close: 1 }, { pucker: 0.8 }])(
    'changes the mouth and not the eyes for %j',
    (channels) => {
      const [rest, moved] = [draw({}, 128), draw(channels, 128)];
      expect(changeIn(rest, moved, mouthBox())).toBeGreaterThan(10);
      for (const box of eyeBoxes()) expect(changeIn(rest, moved, box)).toBeLessThan(0.2);
    },
  );

  it('moves the irises with the gaze', () => {
    const [ahead, aside] = [draw({}, 128), draw({ gaze_x: 0.6 }, 128)];
    for (const box of eyeBoxes()) expect(changeIn(ahead, aside, box)).toBeGreaterThan(4);
  });

  it('hides the teeth when the lips close', () => {
    const middle = landmark(mesh, 13);
    const [left, top] = headCorner();
    // Teeth are the only thing between nose and chin that is hardly redder than blue.
    const least = (pixels: Uint8Array): number => {
      const redness = Array.from({ length: 40 }, (_, i) => {
        const at = ((Math.round(middle[1]) - 6 + i - top) * HEAD.width + Math.round(middle[0]) - left) * 4;
        return (pixels[at] ?? 0) - (pixels[at + 2] ?? 0);
      });
      return Math.min(...redness);
    };
    expect(least(draw({ close: 1 }, 128))).toBeGreaterThan(least(draw({}, 128)) + 10);
  });

  it.each(EXTREMES)('leaves no hole in the face at %j', (channels) => {
    const [left, top] = headCorner();
    const { points } = poseRig(rig, channels);
    // A little inside the outline, where the photo itself is opaque.
    const centre = rig.measures.faceCentre;
    const outline = FACE_OVAL.map((i): Point => [
      centre[0] + ((points[i * 2] ?? 0) - centre[0]) * 0.9,
      centre[1] + ((points[i * 2 + 1] ?? 0) - centre[1]) * 0.9,
    ]);
    const pixels = draw(channels);
    let holes = 0;
    for (let y = 0; y < HEAD.height; y++) {
      for (let x = 0; x < HEAD.width; x++) {
        if ((pixels[(y * HEAD.width + x) * 4 + 3] ?? 0) < 200 && insidePolygon([x + left, y + top], outline))
          holes++;
      }
    }
    expect(holes).toBe(0);
  });

  it('folds no cell of the face beyond a sliver when the head turns as far as tracks allow', () => {
    const area = (p: Float32Array, i: number): number => {
      const [a, b, c] = [rig.skin[i] ?? 0, rig.skin[i + 1] ?? 0, rig.skin[i + 2] ?? 0].map(
        (k) => [p[k * 2] ?? 0, p[k * 2 + 1] ?? 0] as const,
      );
      return a && b && c ? (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]) : 0;
    };
    for (const channels of [{ yaw: 0.25 }, { yaw: -0.25 }, { pitch: 0.2 }, { pitch: -0.2 }]) {
      const { points } = poseRig(rig, channels);
      let folded = 0;
      let whole = 0;
      for (let i = 0; i < rig.skin.length; i += 3) {
        const [rest, posed] = [area(rig.points, i), area(points, i)];
        whole += Math.abs(rest);
        if (rest * posed < 0) folded += Math.abs(posed);
      }
      expect(folded / whole).toBeLessThan(0.0005);
    }
  });

  it('keeps the lower edge of the plate in place whatever the face does', () => {
    for (const channels of EXTREMES) {
      const { points } = poseRig(rig, { ...channels, breath: 1 });
      rig.points.forEach((value, i) => {
        if (i % 2 === 1 && value >= plate.height - 1) expect(points[i]).toBeGreaterThanOrEqual(value - 0.01);
      });
    }
  });

  it('paints no colours into a photo that has none', () => {
    const grey = plate.rgba.map((_, at, rgba) => (at % 4 === 3 ? rgba[at]! : rgba[at - (at % 4) + 1]!));
    const open = { jaw: 0.7, close: 0 };
    expect(colourRange(rig, open)).toBeGreaterThan(40);
    expect(colourRange(buildRig({ ...plate, rgba: grey }, mesh), open)).toBeLessThanOrEqual(2);
  });

  it('makes up teeth that are dimmer than the white of the eyes', () => {
    const landmarks = mesh.landmarks.map(([x, y, z]): [number, number, number] => [x, y, z]);
    LIPS.lower[0].forEach((low, k) => {
      const [below, above] = [landmarks[low], landmarks[LIPS.upper[0][k] ?? 0]];
      if (below && above) below[1] = above[1];
    });
    const closed = { ...mesh, landmarks };
    const luma = (r: number, g: number, b: number): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const { image } = makeTeeth(plate, closed, measureFace(closed));
    const brightest = Math.max(
      ...Array.from({ length: image.rgba.length / 4 }, (_, i) =>
        luma(image.rgba[i * 4] ?? 0, image.rgba[i * 4 + 1] ?? 0, image.rgba[i * 4 + 2] ?? 0),
      ),
    );
    expect(brightest).toBeGreaterThan(40);
    expect(brightest).toBeLessThan(luma(...eyeWhite(plate, closed)));
  });
});

describe('placement', () => {
  const cases = ASPECT_RATIOS.flatMap((aspect) => FRAMINGS.map((framing) => [aspect, framing] as const));

  it.each(cases)(
    'in %s %s the body leaves the frame below, with eyes in the upper part and air above the hair',
    (aspect, framing) => {
      const size = frameSize(aspect, '720p');
      const extent = measureExtent(plate);
      const { scale, x, y } = placeSubject(mesh, { framing, size, extent });
      const eyes = y + scale * landmark(mesh, 468)[1];
      expect(y + scale * extent.bottom).toBeGreaterThanOrEqual(size.height);
      expect(eyes / size.height).toBeGreaterThan(0.28);
      expect(eyes / size.height).toBeLessThan(0.47);
      expect((y + scale * extent.top) / size.height).toBeGreaterThan(0.01);
      const middle = x + (scale * (landmark(mesh, 468)[0] + landmark(mesh, 473)[0])) / 2;
      expect(Math.abs(middle - size.width / 2)).toBeLessThan(2);
    },
  );

  it('shows the face larger the closer the framing', () => {
    const scales = FRAMINGS.map(
      (framing) => placeSubject(mesh, { framing, size: frameSize('16:9', '720p') }).scale,
    );
    expect(scales).toEqual([...scales].sort((a, b) => b - a));
    expect(new Set(scales).size).toBe(3);
  });

  it('grows a subject whose photo ends at the chest until its edge is below the frame', () => {
    const short = { ...mesh, height: Math.round(landmark(mesh, 152)[1] + 150) };
    const size = frameSize('9:16', '720p');
    const { scale, y } = placeSubject(short, { framing: 'wide', size });
    expect(y + scale * short.height).toBeGreaterThanOrEqual(size.height);
  });

  it.each(ASPECT_RATIOS)('still tells medium from wide in %s when the photo ends at the chest', (aspect) => {
    const short = { ...mesh, height: Math.round(landmark(mesh, 152)[1] + 2.8 * mesh.interocular) };
    const scaleOf = (framing: Framing) => placeSubject(short, { framing, size: frameSize(aspect, '720p') }).scale;
    expect(scaleOf('medium')).toBeGreaterThan(scaleOf('wide'));
    expect(scaleOf('medium')).toBeGreaterThanOrEqual(Math.min(1.1 * scaleOf('wide'), scaleOf('close')));
    expect(scaleOf('medium')).toBeLessThanOrEqual(scaleOf('close'));
  });
});

/** By how much a pixel's channels differ at most in a picture of the head on grey. */
function colourRange(of: Rig, channels: Channels): number {
  const [left, top] = headCorner();
  const picture = renderStill(of, { channels, size: HEAD, placement: { scale: 1, x: -left, y: -top }, background: 128 });
  let range = 0;
  for (let at = 0; at < picture.length; at += 4) {
    const [red, green, blue] = [picture[at]!, picture[at + 1]!, picture[at + 2]!];
    range = Math.max(range, Math.max(red, green, blue) - Math.min(red, green, blue));
  }
  return range;
}
