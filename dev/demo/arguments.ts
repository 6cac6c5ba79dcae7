import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../contracts/project-root';
import { ASPECT_RATIOS, MODES, RESOLUTIONS } from '../../contracts/vocabulary';

export interface DemoArguments {
  photo: string;
  /** File with the script; null takes the built-in one. */
  script: string | null;
  /** File with a voice sample; null takes a stock voice. */
  voice: string | null;
  mode: string;
  aspect: string;
  resolution: string;
  /** Folder for what the demo makes. */
  out: string;
}

const OPTIONS = {
  photo: { type: 'string' },
  script: { type: 'string' },
  voice: { type: 'string' },
  mode: { type: 'string', default: 'multi_scene' },
  aspect: { type: 'string', default: '16:9' },
  resolution: { type: 'string', default: '720p' },
  out: { type: 'string' },
} as const;

/** How the command line is written. */
export const USAGE = `npm run demo -- [--photo FILE] [--script FILE] [--voice FILE] [--out FOLDER]
  [--mode ${MODES.join('|')}] [--aspect ${ASPECT_RATIOS.join('|')}] [--resolution ${RESOLUTIONS.join('|')}]`;

/** Whether the command line asks how it is written. */
export function asksForUsage(given: string[]): boolean {
  return given.some((argument) => argument === '--help' || argument === '-h');
}

/** Reads the command line; throws a sentence that names the argument that is wrong. */
export function readArguments(given: string[]): DemoArguments {
  const { values } = parseArgs({ args: given, options: OPTIONS, allowPositionals: false });
  return {
    photo:
      existing('--photo', values.photo) ?? path.join(projectRoot(), 'assets', 'portraits', 'astronaut.png'),
    script: existing('--script', values.script),
    voice: existing('--voice', values.voice),
    mode: oneOf('--mode', values.mode, MODES),
    aspect: oneOf('--aspect', values.aspect, ASPECT_RATIOS),
    resolution: oneOf('--resolution', values.resolution, RESOLUTIONS),
    out: path.resolve(values.out || path.join(projectRoot(), 'out', 'demo')),
  };
}

function existing(name: string, file: string | undefined): string | null {
  if (file === undefined) return null;
  if (!existsSync(file) || !statSync(file).isFile()) throw new Error(`${name}: there is no file ${file}`);
  return path.resolve(file);
}

function oneOf(name: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new Error(`${name}: ${value} is none of ${allowed.join(', ')}`);
}
