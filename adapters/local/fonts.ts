import { readdirSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';

/** The family that ships with the project, so that text looks the same on every machine. */
export const FONT_FAMILY = 'Inter';

/** Options for resvg: the shipped fonts only. Fonts of the system would make the same text other pixels elsewhere. */
export function fontOptions(): { fontFiles: string[]; loadSystemFonts: false; defaultFontFamily: string } {
  const folder = path.join(projectRoot(), 'assets/fonts');
  const fontFiles = readdirSync(folder)
    .filter((name) => /\.(ttf|otf)$/.test(name))
    .sort()
    .map((name) => path.join(folder, name));
  return { fontFiles, loadSystemFonts: false, defaultFontFamily: FONT_FAMILY };
}
