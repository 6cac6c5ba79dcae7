import { writeFile } from 'node:fs/promises';
import { Resvg } from '@resvg/resvg-js';
import type { TaskHost } from '../compute/host';
import { fontOptions } from '../fonts';

export interface OverlayJob {
  svg: string;
  /** Where the PNG (RGBA) goes. */
  path: string;
}

/** Task `assembly.render_overlays`: draws SVG documents of our own making into PNG files. */
export async function renderOverlays(jobs: OverlayJob[], host: TaskHost): Promise<void> {
  const font = fontOptions();
  for (const [at, job] of jobs.entries()) {
    await writeFile(
      job.path,
      new Resvg(job.svg, { font, shapeRendering: 2, textRendering: 1 }).render().asPng(),
    );
    host.progress(Math.round(((at + 1) / jobs.length) * 100));
  }
}
