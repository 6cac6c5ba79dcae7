import { readFileSync } from 'node:fs';
import { runCommand } from '../run-command';

/** Which process a number meant: numbers are used again, so the time of its start is kept beside it. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque; equal for the same process only, also across restarts of the machine. */
  started: string;
}

/** Identity of a process that runs now, or null when there is none with this number. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  const started = process.platform === 'linux' ? linuxStart(pid) : await portableStart(pid);
  return started === null ? null : { pid, started };
}

/** True while exactly this process runs (a zombie does not count). */
export async function isSameProcess(identity: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(identity.pid))?.started === identity.started;
}

/** Command line of a process, arguments joined by spaces; empty when there is no such process. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux')
    return (readText(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
  return (await runCommand('ps', ['-ww', '-o', 'args=', '-p', String(pid)])).stdout.trim();
}

/** proc(5): field 3 is the state, field 22 the start in clock ticks since boot; names may hold spaces and brackets. */
function linuxStart(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  const boot = readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return `${boot}:${fields[19]}`;
}

async function portableStart(pid: number): Promise<string | null> {
  const { code, stdout } = await runCommand('ps', ['-o', 'state=,lstart=', '-p', String(pid)]);
  const line = stdout.trim();
  return code !== 0 || line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
