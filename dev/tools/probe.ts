import { lastLines, runCommand } from '../run-command';
import type { ToolName } from './pinned-wheels';

const NEEDED_ENCODERS = ['libx264', 'aac'];
const NEEDED_FILTERS = ['loudnorm', 'drawtext', 'ass', 'xfade'];
const OLDEST_TEMPORAL = [1, 5] as const;
/** 5.1 ends the sound of a rough cut early and shows key pictures black; what lies between was not tried. */
const OLDEST_FFMPEG = [7, 0] as const;

/** Says why this binary cannot serve as the tool, or null when it can. */
export function probeTool(tool: ToolName, file: string): Promise<string | null> {
  return tool === 'ffmpeg' ? probeFfmpeg(file) : probeTemporal(file);
}

async function probeFfmpeg(file: string): Promise<string | null> {
  const [told, encoders, filters] = await Promise.all([
    runCommand(file, ['-version']),
    runCommand(file, ['-hide_banner', '-encoders']),
    runCommand(file, ['-hide_banner', '-filters']),
  ]);
  if (encoders.code !== 0) return doesNotRun(encoders.startError ?? encoders.stderr);
  const missing = [
    ...NEEDED_ENCODERS.filter((name) => !secondColumn(encoders.stdout).has(name)),
    ...NEEDED_FILTERS.filter((name) => !secondColumn(filters.stdout).has(name)),
  ];
  if (missing.length > 0) return `it was built without ${missing.join(', ')}`;
  return tooOld(/ffmpeg version n?(\d+)\.(\d+)/.exec(told.stdout), OLDEST_FFMPEG);
}

function secondColumn(listing: string): Set<string> {
  return new Set(listing.split('\n').map((line) => line.trim().split(/\s+/)[1] ?? ''));
}

async function probeTemporal(file: string): Promise<string | null> {
  const { code, stdout, stderr, startError } = await runCommand(file, ['--version']);
  if (code !== 0) return doesNotRun(startError ?? stderr);
  return tooOld(/temporal version (\d+)\.(\d+)/.exec(stdout), OLDEST_TEMPORAL);
}

/** Why a release is not new enough, or null when it is. */
function tooOld(told: RegExpExecArray | null, oldest: readonly [number, number]): string | null {
  if (told === null) return 'it does not tell its version';
  const [major, minor] = [Number(told[1]), Number(told[2])];
  const recent = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return recent ? null : `it is version ${major}.${minor}, older than ${oldest.join('.')}`;
}

function doesNotRun(detail: string): string {
  return `it does not run here (${lastLines(detail, 1)})`;
}
