import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { identifyProcess, isSameProcess } from '../process/identity';
import { writePrivately } from './state';
import type { Tokens } from './state';

/** What a script needs to know of a running stack: the file `.data/stack.json`. */
export interface StackDescription {
  api_url: string;
  /** Null when TEMPORAL_ADDRESS names a server whose Web UI we do not know. */
  temporal_ui_url: string | null;
  temporal_address: string;
  namespace: string;
  database_url: string;
  tenants: Tokens;
  /** By reference, for a receiver that checks our callbacks' signatures. */
  callback_secrets: Record<string, string>;
}

/** Whose stack a file describes; `npm start` goes before a demo that runs at the same time. */
export type StackKind = 'start' | 'demo';

interface Owner {
  kind: StackKind;
  pid: number;
  started: string;
}

/** Publishes the stack; false when the file belongs to another stack that is alive and is left alone. */
export async function publishStack(file: string, stack: StackDescription, kind: StackKind): Promise<boolean> {
  const owner = await liveOwner(file);
  const mayReplace =
    owner === null || owner.pid === process.pid || (kind === 'start' && owner.kind === 'demo');
  if (!mayReplace) return false;
  const own: Owner = { kind, pid: process.pid, started: (await identifyProcess(process.pid))?.started ?? '' };
  await mkdir(path.dirname(file), { recursive: true, mode: 0o711 });
  await writePrivately(file, { ...stack, supervisor: own });
  return true;
}

/** Removes our own file, or one whose stack is dead. */
export async function withdrawStack(file: string): Promise<void> {
  const owner = await liveOwner(file);
  if (owner === null || owner.pid === process.pid) await rm(file, { force: true });
}

async function liveOwner(file: string): Promise<Owner | null> {
  try {
    // Wire parsing: a file that publishStack wrote.
    const { supervisor } = JSON.parse(readFileSync(file, 'utf8')) as { supervisor?: Owner };
    return supervisor !== undefined && (await isSameProcess(supervisor)) ? supervisor : null;
  } catch {
    return null;
  }
}
