import path from 'node:path';
import sharp from 'sharp';
import type { FaceMesh } from '../../capabilities/image';
import type { TaskHost } from '../compute/host';
import { measureExtent } from '../render/placement';
import { decodePlate } from '../render/plate';
import { buildRig } from '../render/rig';
import { renderStill } from '../render/still';
import { HEAD_SQUARE } from './align';
import { fadeBody } from './fade-body';
import { chooseNeutralLook, paintGround } from './neutral-look';
import { samplePalette } from './palette';
import type { Swatch } from './palette';
import type { Raster } from './raster';
import { SHEET, drawSheetFrame, placeOf } from './sheet-layout';
import { sheetViews } from './sheet-views';
import type { SheetView } from './sheet-views';

export interface CharacterSheetArgs {
  /** Path of the plate's PNG. */
  plate: string;
  mesh: FaceMesh;
  title: string;
  seed: number;
  /** Folder for the pictures. */
  dir: string;
}

export interface CharacterSheetFiles {
  sheet: string;
  views: { view: string; path: string }[];
  palette: Swatch[];
}

/** Side of a view's picture in pixels. */
const VIEW = 768;
/** Views are drawn at this size and then shrunk, because the rasteriser samples a plate that it shrinks too coarsely. */
const LARGE = VIEW * 2;

/** Draws all views of a person from the plate, and the sheet that shows them. The same input gives the same bytes. */
export async function drawCharacterSheet(
  args: CharacterSheetArgs,
  host: TaskHost,
): Promise<CharacterSheetFiles> {
  const plate = await decodePlate(args.plate);
  const picture: Raster = { ...plate, channels: 4, data: plate.rgba };
  const list = sheetViews(args.mesh, { side: LARGE, extent: measureExtent(plate), seed: args.seed });
  const draw = prepareDrawing(picture, args);
  const views: { view: string; path: string }[] = [];
  for (const [index, view] of list.entries()) {
    const file = path.join(args.dir, `view-${view.view}.png`);
    await draw(view, file);
    views.push({ view: view.view, path: file });
    host.progress(Math.round((90 * (index + 1)) / list.length), `view ${index + 1} of ${list.length}`);
  }
  const palette = samplePalette(picture, args.mesh);
  const sheet = path.join(args.dir, 'character-sheet.png');
  await composeSheet(sheet, { title: args.title, list, views, palette });
  return { sheet, views, palette };
}

/** Builds the rig once: twice where the photo cuts the body off, since head views then let it run out softly. */
function prepareDrawing(picture: Raster, { mesh, seed }: CharacterSheetArgs) {
  const faded = fadeBody(picture, mesh, HEAD_SQUARE);
  const rig = buildRig({ ...picture, rgba: picture.data }, mesh);
  const headRig = faded === picture ? rig : buildRig({ ...faded, rgba: faded.data }, mesh);
  const size = { width: LARGE, height: LARGE };
  const background = paintGround(chooseNeutralLook(mesh, { style: null, seed }).ground, size);
  return async ({ channels, placement, framed }: SheetView, file: string): Promise<void> => {
    const rgba = renderStill(framed ? rig : headRig, { channels, placement, size, background });
    const large = sharp(rgba, { raw: { ...size, channels: 4 } }).removeAlpha();
    const view = large.resize(VIEW, VIEW, { kernel: 'lanczos3' });
    await view.png({ compressionLevel: 6, adaptiveFiltering: true }).toFile(file);
  };
}

interface SheetContent {
  title: string;
  list: SheetView[];
  views: { path: string }[];
  palette: Swatch[];
}

async function composeSheet(file: string, { title, list, views, palette }: SheetContent): Promise<void> {
  const cells = await Promise.all(
    views.map(async ({ path: view }, index) => {
      const input = await sharp(view)
        .resize(SHEET.cell, SHEET.cell, { kernel: 'lanczos3' })
        .png({ compressionLevel: 1 })
        .toBuffer();
      return { input, ...placeOf(index) };
    }),
  );
  const frame = drawSheetFrame({ title, labels: list.map(({ label }) => label), palette });
  const paper = { width: SHEET.width, height: SHEET.height, channels: 3, background: '#ffffff' } as const;
  const sheet = sharp({ create: paper }).composite([...cells, { input: frame, left: 0, top: 0 }]);
  await sheet.removeAlpha().png({ compressionLevel: 6, adaptiveFiltering: true }).toFile(file);
}
