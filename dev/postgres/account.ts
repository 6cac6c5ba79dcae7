import { lstatSync } from 'node:fs';
import { runCommand } from '../run-command';

/** A user and group number of this machine. */
export interface Account {
  uid: number;
  gid: number;
}

/** Accounts that most systems have; the first that exists is taken. None is ever added. */
const USUAL_ACCOUNTS = ['postgres', 'nobody'];

/**
 * The account that Postgres runs under: null means our own. Postgres refuses to run as root, so root lends it the owner
 * of the existing data, else an unprivileged account of the machine.
 */
export async function chooseAccount(dataDirs: readonly string[]): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  for (const folder of dataDirs) {
    const owner = lstatSync(folder, { throwIfNoEntry: false });
    if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  for (const name of USUAL_ACCOUNTS) {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
    if (uid !== null && gid !== null && uid !== 0) return { uid, gid };
  }
  throw new Error(
    'Postgres does not run as root, and neither an account "postgres" nor "nobody" exists; run as an ordinary user or set DATABASE_URL.',
  );
}

async function idOf(flag: '-u' | '-g', name: string): Promise<number | null> {
  const { code, stdout } = await runCommand('id', [flag, name], { cwd: '/' });
  return code === 0 ? Number(stdout.trim()) : null;
}

/** True when the account can enter this folder, which it cannot when a folder above is closed to it. */
export async function canEnter(folder: string, account: Account | null): Promise<boolean> {
  const { code } = await runCommand('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', account });
  return code === 0;
}
