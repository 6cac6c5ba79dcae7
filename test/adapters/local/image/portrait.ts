import path from 'node:path';
import sharp from 'sharp';
import { projectRoot } from '../../../../contracts/project-root';

/** NASA portrait of Eileen Collins, 512x512, distance of the eyes 43 pixels, open smile; public domain. Test data only. */
export const PORTRAIT = path.join(projectRoot(), 'assets/portraits/astronaut.png');

/** The portrait, to derive good and bad photos from. */
export function portrait(): sharp.Sharp {
  return sharp(PORTRAIT).removeAlpha();
}

/** A plain picture. */
export function plain(width: number, height: number, background: string): sharp.Sharp {
  return sharp({ create: { width, height, channels: 3, background } });
}
