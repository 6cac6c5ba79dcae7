import { fork } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { RenderSceneArgs } from '../../adapters/local/render/render-scene';
import { projectRoot } from '../../contracts/project-root';

const LOOK_EVERY_MS = 50;

export interface RendererMemory {
  renderer_mib: number;
  ffmpeg_mib: number;
}

/** Highest resident memory (VmHWM of proc(5)) of a fresh process that renders one scene, and of the ffmpeg it feeds. */
export function rendererMemory(args: RenderSceneArgs, dir: string): Promise<RendererMemory> {
  return new Promise((resolve, reject) => {
    const script = path.join(projectRoot(), 'dist/bench/media/render-alone.js');
    const child = fork(script, [JSON.stringify({ ...args, output: path.join(dir, 'alone.mp4') })], { execArgv: [] });
    const peak: RendererMemory = { renderer_mib: 0, ffmpeg_mib: 0 };
    const pid = child.pid ?? 0;
    const look = setInterval(() => {
      peak.renderer_mib = Math.max(peak.renderer_mib, peakOf(pid));
      for (const below of childrenOf(pid)) peak.ffmpeg_mib = Math.max(peak.ffmpeg_mib, peakOf(below));
    }, LOOK_EVERY_MS);
    child.once('exit', (code) => {
      clearInterval(look);
      if (code === 0) resolve(peak);
      else reject(new Error(`The renderer ended with ${code}.`));
    });
  });
}

function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && new RegExp(`^PPid:\\s+${parent}$`, 'm').test(read(`/proc/${name}/status`)))
    .map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
