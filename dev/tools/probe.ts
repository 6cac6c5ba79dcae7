import { lastLines, runCommand } from '../run-command';
import type { ToolName } from './pinned-wheels';

const NEEDED_ENCODERS = ['libx264', 'aac'];
const NEEDED_FILTERS = ['loudnorm', 'drawtext', 'ass', 'xfade'];
const OLDEST_TEMPORAL = [1, 5] as const;

/** Says why this binary cannot serve as the tool, or null when it can. */
export function probeTool(tool: ToolName, file: string): Promise<string | null> {
  return tool === 'ffmpeg' ? probeFfmpeg(file) : probeTemporal(file);
}

async function probeFfmpeg(file: string): Promise<string | null> {
  const [encoders, filters] = await Promise.all([
    runCommand(file, ['-hide_banner', '-encoders']),
    runCommand(file, ['-hide_banner', '-filters']),
  ]);
  if (encoders.code !== 0) return doesNotRun(encoders.startError ?? encoders.stderr);
  const missing = [
    ...NEEDED_ENCODERS.filter((name) => !secondColumn(encoders.stdout).has(name)),
    ...NEEDED_FILTERS.filter((name) => !secondColumn(filters.stdout).has(name)),
  ];
  return missing.length === 0 ? null : `it was built without ${missing.join(', ')}`;
}

function secondColumn(listing: string): Set<string> {
  return new Set(listing.split('\n').map((line) => line.trim().split(/\s+/)[1] ?? ''));
}

async function probeTemporal(file: string): Promise<string | null> {
  const { code, stdout, stderr, startError } = await runCommand(file, ['--version']);
  if (code !== 0) return doesNotRun(startError ?? stderr);
  const version = /temporal version (\d+)\.(\d+)/.exec(stdout);
  if (version === null) return 'it does not tell its version';
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const recent = major > OLDEST_TEMPORAL[0] || (major === OLDEST_TEMPORAL[0] && minor >= OLDEST_TEMPORAL[1]);
  return recent ? null : `it is version ${major}.${minor}, older than ${OLDEST_TEMPORAL.join('.')}`;
}

function doesNotRun(detail: string): string {
  return `it does not run here (${lastLines(detail, 1)})`;
}
