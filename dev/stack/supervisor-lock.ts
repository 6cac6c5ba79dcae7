import { readFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { endProcess, GENTLE_END, sendSignal } from '../process/end-process';
import { identifyProcess, isSameProcess } from '../process/identity';
import type { ProcessIdentity } from '../process/identity';
import type { Print } from '../print';
import type { StatePaths } from './state';
import { writePrivately } from './state';

/**
 * Makes this process the only supervisor of a state folder and ends what an earlier one, killed with SIGKILL, left
 * running in it. Throws when another supervisor is alive.
 */
export async function takeOver(paths: StatePaths, print: Print): Promise<void> {
  const own = await identifyProcess(process.pid);
  for (;;) {
    const earlier = readIdentity(paths.supervisor);
    if (earlier !== null && (await isSameProcess(earlier))) {
      throw new Error(
        `Understudy already runs here as process ${earlier.pid}: see .data/stack.json, or stop it first.`,
      );
    }
    await rm(paths.supervisor, { force: true });
    if (await createExclusively(paths.supervisor, JSON.stringify(own))) break;
  }
  await endOrphans(paths, print);
}

/** False when somebody else was faster. */
async function createExclusively(file: string, text: string): Promise<boolean> {
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  await handle?.writeFile(text);
  await handle?.close();
  return handle !== null;
}

export async function letGo(paths: StatePaths): Promise<void> {
  await rm(paths.processes, { force: true });
  await rm(paths.supervisor, { force: true });
}

/** Keeps a list of the running processes on disk for the supervisor after us. */
export class ProcessList {
  private readonly running = new Map<string, ProcessIdentity>();
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  note(name: string, identity: ProcessIdentity): Promise<void> {
    this.running.set(name, identity);
    this.writing = this.writing.then(() => writePrivately(this.file, Object.fromEntries(this.running)));
    return this.writing;
  }
}

/** Postgres is not among them: it knows its own orphan by its pid file. */
async function endOrphans(paths: StatePaths, print: Print): Promise<void> {
  const listed = Object.entries(readProcesses(paths.processes)).filter(([name]) => name !== 'postgres');
  await Promise.all(
    listed.map(async ([name, identity]) => {
      if (!(await isSameProcess(identity))) return;
      print(`${name}: ending process ${identity.pid}, left behind by a run that was killed`);
      await endProcess(identity, GENTLE_END);
      sendSignal(-identity.pid, 'SIGKILL');
    }),
  );
}

function readProcesses(file: string): Record<string, ProcessIdentity> {
  // Wire parsing: files that only this module writes.
  return (readJson(file) ?? {}) as Record<string, ProcessIdentity>;
}

function readIdentity(file: string): ProcessIdentity | null {
  return readJson(file) as ProcessIdentity | null;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
