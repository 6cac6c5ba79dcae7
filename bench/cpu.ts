import { readFileSync, readdirSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** CPU time in milliseconds that a process and everything it started have used so far (proc(5), fields 14 to 17). */
export function cpuOfTree(root: number): number {
  return [root, ...descendants(root)].reduce((sum, pid) => sum + cpuOf(pid), 0);
}

/** The same by program: `node`, `temporal`, `postgres`. */
export function cpuByProgram(root: number): Record<string, number> {
  const used: Record<string, number> = {};
  for (const pid of [root, ...descendants(root)]) {
    const name = programOf(pid);
    used[name] = (used[name] ?? 0) + cpuOf(pid);
  }
  return used;
}

function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'ended';
  }
}

function cpuOf(pid: number): number {
  const fields = statOf(pid);
  if (!fields) return 0;
  // utime, stime, and cutime, cstime of children that have ended and were waited for.
  return (fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 1000) / TICKS_PER_SECOND;
}

/** Fields of /proc/<pid>/stat from the state on; a process name may hold anything, so the last parenthesis counts. */
function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function descendants(root: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(statOf(Number(name))?.[1] ?? 0);
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const below = (pid: number): number[] => (parents.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}
