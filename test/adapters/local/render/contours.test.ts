import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { FACE_OVAL } from '../../../../adapters/local/render/face-topology';
import { distance, distanceToOutline, insidePolygon, type Point } from '../../../../adapters/local/render/geometry';
import { decodePlate } from '../../../../adapters/local/render/plate';
import { buildRig } from '../../../../adapters/local/render/rig';
import { poseRig } from '../../../../adapters/local/render/rig-pose';
import type { Channels, Rig } from '../../../../adapters/local/render/rig-types';
import { FACE_NAMES } from '../../../support/faces';
import { cutOut } from './test-face';

const TURNS: Channels[] = [{ yaw: 0.25 }, { yaw: -0.25 }, { pitch: 0.2 }, { pitch: -0.2 }];

describe.each(FACE_NAMES)('the contours of %s', (name) => {
  let rig: Rig;
  beforeAll(async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'contours-'));
    const pool = createComputePool({ size: 1 });
    const { plate, mesh } = await cutOut(pool, dir, name);
    rig = buildRig(await decodePlate(plate), mesh);
    await pool.close();
    await rm(dir, { recursive: true });
  });

  const pointsAt = (channels: Channels): Point[] => {
    const { points } = poseRig(rig, channels);
    return Array.from({ length: points.length / 2 }, (_, i): Point => [points[i * 2] ?? 0, points[i * 2 + 1] ?? 0]);
  };

  it.each(TURNS)('are never doubled at %j: what lies together stays together', (channels) => {
    const [rest, turned] = [pointsAt({}), pointsAt(channels)];
    const shift = rest.map((point, i): Point => [turned[i]![0] - point[0], turned[i]![1] - point[1]]);
    // A point more than its own distance from another would pass it, and what lies between would show twice.
    const torn = rest.flatMap((a, i) => rest.slice(i + 1).map((b, k) => distance(shift[i]!, shift[i + 1 + k]!) / Math.max(1, distance(a, b))));
    expect(torn.reduce((most, share) => Math.max(most, share), 0)).toBeLessThan(0.75);
  });

  it('of shoulders, hair and collar stay where they are when the jaw drops', () => {
    const [rest, open] = [pointsAt({}), pointsAt({ jaw: 1 })];
    const { interocular } = rig.measures;
    const oval = FACE_OVAL.map((i) => rest[i]!);
    const beyond = rest.flatMap((point, i) => {
      const outside = !insidePolygon(point, oval) && distanceToOutline(point, oval) > 0.3 * interocular;
      return outside ? [distance(point, open[i]!) / interocular] : [];
    });
    expect(beyond.length).toBeGreaterThan(100);
    expect(Math.max(...beyond)).toBeLessThan(0.05);
  });
});
