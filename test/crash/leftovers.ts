import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What a process has below it, and what it has on disk for work under way. */
export interface Leftovers {
  /** Names of its child processes and theirs, sorted. */
  children: string[];
  /** Its scratch folders, as in worker/scratch.ts. */
  folders: string[];
}

export function leftoversOf(pid: number): Leftovers {
  return { children: childrenOf(pid), folders: foldersOf(pid) };
}

function childrenOf(pid: number): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n');
  const all = lines.map((line) => line.trim().split(/\s+/)).map(([id, parent, ...name]) => ({ id: Number(id), parent: Number(parent), name: path.basename(name.join(' ')) }));
  const below = (parent: number): typeof all => all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.id)]);
  return below(pid).map(({ name }) => name).sort();
}

function foldersOf(pid: number): string[] {
  try {
    return readdirSync(path.join(os.tmpdir(), 'understudy-scratch')).filter((name) => name.startsWith(`${pid}-`)).sort();
  } catch {
    return [];
  }
}
