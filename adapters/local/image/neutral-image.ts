import path from 'node:path';
import type { FaceMesh } from '../../capabilities/image';
import type { TaskHost } from '../compute/host';
import { buildRig } from '../render/rig';
import { renderStill } from '../render/still';
import { HEAD_SQUARE } from './align';
import { openPhoto } from './decode';
import { fadeBody } from './fade-body';
import { findSubject } from './find-face';
import { locateFaces } from './locate-face';
import { makePlate } from './make-plate';
import type { Plate } from './make-plate';
import { chooseNeutralLook, paintGround } from './neutral-look';
import type { NeutralLook } from './neutral-look';
import { measureFace } from './quality';
import type { Raster } from './raster';
import { writePng } from './write-png';

export interface NeutralImageArgs {
  photo: string;
  /** Clockwise turn that the inspection found, degrees. */
  rotation: number;
  seed: number;
  style: string | null;
  /** Folder for the pictures. */
  dir: string;
}

export interface NeutralImageFiles {
  /** Paths of PNG files in `dir`. */
  neutral: string;
  plate: string;
  mesh: FaceMesh;
  metrics: Record<string, number>;
  warnings: string[];
}

/** A photo enlarged beyond this looks soft. */
const SOFT_ENLARGEMENT = 2.5;
/** Share of the head square's lower edge that must show the body. */
const BODY_SHARE = 0.25;

/**
 * Makes the identity's pictures from a photo that was inspected before: the plate with its mesh, and the neutral image.
 * @throws PhotoRefused when the photo shows no single face after all
 */
export async function makeNeutralImage(args: NeutralImageArgs, host: TaskHost): Promise<NeutralImageFiles> {
  const photo = await openPhoto(args.photo);
  const located = await locateFaces(photo, host, args.rotation);
  const face = await findSubject(located, host);
  host.progress(10, 'face found');
  const plate = await makePlate(photo, { located, face, host });
  const look = chooseNeutralLook(plate.mesh, args);
  const neutral = renderNeutral(plate, look);
  const paths = { neutral: path.join(args.dir, 'neutral.png'), plate: path.join(args.dir, 'plate.png') };
  await writePng(neutral, paths.neutral);
  await writePng(plate.picture, paths.plate);
  host.progress(100, 'neutral image drawn');
  const measured = measureFace(located.picture, face, located.scale);
  const metrics = {
    ...measured,
    enlargement: 1 / plate.scale,
    gain_red: plate.gains[0],
    gain_green: plate.gains[1],
    gain_blue: plate.gains[2],
  };
  return {
    ...paths,
    mesh: plate.mesh,
    metrics: roundAll(metrics),
    warnings: [...look.warnings, ...plateWarnings(plate)],
  };
}

/** The head square on its ground, lips closed. */
function renderNeutral({ picture, mesh, head_left: left }: Plate, look: NeutralLook): Raster {
  const size = { width: HEAD_SQUARE, height: HEAD_SQUARE };
  const shown = fadeBody(picture, mesh, HEAD_SQUARE);
  const rig = buildRig({ ...shown, rgba: shown.data }, mesh);
  const background = paintGround(look.ground, size);
  const rgba = renderStill(rig, {
    channels: look.channels,
    size,
    placement: { scale: 1, x: -left, y: 0 },
    background,
  });
  return dropAlpha({ ...size, channels: 4, data: rgba });
}

function plateWarnings({ picture, scale, head_left: left }: Plate): string[] {
  const row = (HEAD_SQUARE - 1) * picture.width + left;
  let shown = 0;
  for (let x = 0; x < HEAD_SQUARE; x++) if (picture.data[(row + x) * 4 + 3]! > 128) shown += 1;
  const warnings: string[] = [];
  if (1 / scale > SOFT_ENLARGEMENT)
    warnings.push('The face was enlarged and looks softer than in a larger photo.');
  if (shown < BODY_SHARE * HEAD_SQUARE)
    warnings.push('The photo shows little below the chin; wide framings look cut off.');
  return warnings;
}

function dropAlpha(picture: Raster): Raster {
  const data = new Uint8Array(picture.width * picture.height * 3);
  for (let i = 0, to = 0; i < picture.data.length; i += 4, to += 3)
    data.set(picture.data.subarray(i, i + 3), to);
  return { ...picture, channels: 3, data };
}

function roundAll(metrics: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, Math.round(value * 1000) / 1000]),
  );
}
