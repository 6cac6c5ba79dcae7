import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { endOrphan } from './postgres/cluster';
import { outsideFolder } from './postgres/home';
import { identifyProcess, isSameProcess } from './process/identity';
import type { ProcessIdentity } from './process/identity';

const PREFIX = 'understudy-run-';
const OWNER_FILE = 'owner.json';

/**
 * A state folder that goes when its run goes. It names its owner, so that a later run can clear away what a killed one
 * left behind. Others may pass through it but not look into it: Postgres under another account keeps its data there.
 */
export async function createEphemeralFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), PREFIX));
  await chmod(folder, 0o711);
  const owner = await identifyProcess(process.pid);
  await writeFile(path.join(folder, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
  return folder;
}

/** Removes the folders of runs that no longer exist, and a Postgres that still runs in one of them. */
export async function sweepEphemeralFolders(): Promise<void> {
  const names = await readdir(os.tmpdir()).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith(PREFIX))) {
    const folder = path.join(os.tmpdir(), name);
    const owner = readOwner(folder);
    // Without an owner the folder is somebody else's, or is just being made.
    if (owner === null || (await isSameProcess(owner))) continue;
    for (const place of [folder, outsideFolder(folder)]) {
      await endOrphan(path.join(place, 'postgres'), () => undefined).catch(() => undefined);
      await rm(place, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function readOwner(folder: string): ProcessIdentity | null {
  try {
    // Wire parsing: a file that createEphemeralFolder wrote.
    return JSON.parse(readFileSync(path.join(folder, OWNER_FILE), 'utf8')) as ProcessIdentity | null;
  } catch {
    return null;
  }
}
