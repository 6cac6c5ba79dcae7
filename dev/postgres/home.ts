import { createHash } from 'node:crypto';
import { existsSync, lstatSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import type { Print } from '../print';
import { canEnter, chooseAccount } from './account';
import type { Account } from './account';
import { findBinaries } from './binaries';

/** Where one Postgres cluster lives and under which account it runs. */
export interface PostgresHome {
  /** bin/, lib/, share/ */
  native: string;
  dataDir: string;
  /** null: our own account. */
  account: Account | null;
  /** A folder outside the state folder that goes with it, or null; removed together with an ephemeral state. */
  outside: string | null;
}

/**
 * Finds a place for the cluster: `<stateDir>/postgres` wherever the account can enter it, else, as root in a checkout
 * that is closed to others, a folder of its own under /var/tmp whose name follows from the state folder's path.
 */
export async function findHome(stateDir: string, password: string, print: Print): Promise<PostgresHome> {
  const inside = path.join(stateDir, 'postgres');
  const outside = outsideFolder(stateDir);
  const account = await chooseAccount([inside, path.join(outside, 'postgres')]);
  if (await canEnter(stateDir, account)) {
    return { native: await nativeFor(account), dataDir: inside, account, outside: null };
  }
  await ownFolder(outside);
  await setAsideForeignData(outside, password, print);
  print(`postgres: its account cannot enter ${stateDir}, so the data lies in ${outside}`);
  return { native: await nativeFor(account), dataDir: path.join(outside, 'postgres'), account, outside };
}

async function nativeFor(account: Account | null): Promise<string> {
  const cache = path.join(projectRoot(), '.cache', 'postgres');
  const inProject = await canEnter(projectRoot(), account);
  return findBinaries(account, () =>
    inProject ? Promise.resolve(cache) : ownFolder(outsideFolder(projectRoot())),
  );
}

/** The folder under /var/tmp that goes with a state folder, whether it exists or not. */
export function outsideFolder(place: string): string {
  const hash = createHash('sha256').update(path.resolve(place)).digest('hex').slice(0, 16);
  return path.join('/var/tmp', `understudy-${hash}`);
}

/** Anybody may write to /var/tmp, so a folder that somebody else put there is refused. */
async function ownFolder(folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o711 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${folder} belongs to somebody else: remove it, or set DATABASE_URL.`);
  }
  await chmod(folder, 0o711);
  return folder;
}

/** Whoever removes the state folder wants to begin anew: data with another password is from before and is set aside. */
async function setAsideForeignData(folder: string, password: string, print: Print): Promise<void> {
  const mark = path.join(folder, 'state');
  const wanted = createHash('sha256').update(password).digest('hex');
  const found = await readFile(mark, 'utf8').catch(() => wanted);
  const data = path.join(folder, 'postgres');
  if (found !== wanted && existsSync(data)) {
    const aside = `${data}-before-${Math.trunc(lstatSync(data).mtimeMs)}`;
    await rename(data, aside);
    print(`postgres: data of an earlier state was set aside as ${aside}`);
  }
  await writeFile(mark, wanted, { mode: 0o600 });
}

/** Removes the cluster of an ephemeral state. */
export async function removeHome(home: PostgresHome): Promise<void> {
  await rm(home.dataDir, { recursive: true, force: true });
  if (home.outside !== null) await rm(home.outside, { recursive: true, force: true });
}
