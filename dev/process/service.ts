import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { endProcess, sendSignal } from './end-process';
import type { EndStep } from './end-process';
import { identifyProcess } from './identity';
import type { ProcessIdentity } from './identity';

export interface ServiceOptions {
  file: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Everything the process prints goes here, appended. */
  logFile: string;
  /** How it is asked to end, by us and, when we are killed, by its watchdog. */
  end: readonly EndStep[];
  /** Only root may set it. */
  account?: { uid: number; gid: number } | null;
}

/** A process of its own session that ends with us, however we end. */
export interface Service {
  identity: ProcessIdentity;
  /** Settles when the process has ended, with a phrase such as `exit code 1` or `signal SIGKILL`. */
  ended: Promise<string>;
  /** False once it has ended. */
  isRunning(): boolean;
  stop(): Promise<void>;
}

/**
 * Starts a process with a watchdog beside it. Its own session keeps the terminal's Ctrl-C away, so that the order of
 * stopping is ours. Throws when the program cannot be started at all.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(options.file, options.args, {
    env: options.env,
    cwd: options.cwd,
    detached: true,
    stdio: ['ignore', log, log],
    ...(options.account ?? {}),
  });
  closeSync(log);
  const ended = whenEnded(child);
  const identity = await identityOf(child, ended);
  const watchdog = startWatchdog(identity.pid, options.end);
  let running = true;
  void ended.then(() => {
    running = false;
    watchdog.kill('SIGKILL');
    endGroup(identity.pid);
  });
  return {
    identity,
    ended,
    isRunning: () => running,
    stop: async () => {
      await endProcess(identity, options.end);
      await ended;
    },
  };
}

function whenEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

async function identityOf(child: ChildProcess, ended: Promise<string>): Promise<ProcessIdentity> {
  const identity = child.pid === undefined ? null : await identifyProcess(child.pid);
  if (identity !== null) return identity;
  throw new Error(`${child.spawnfile} did not start: ${await ended}`);
}

/** What the process started itself, such as an encoder, is of its group and ends with it. */
function endGroup(leader: number): void {
  sendSignal(-leader, 'SIGKILL');
}

/**
 * A shell that waits for the end of its input. The input is a pipe that only we hold, so it ends when we end, also by
 * SIGKILL; then the shell ends the process and its group. It costs 1 MB and no processor time.
 */
function startWatchdog(pid: number, steps: readonly EndStep[]): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', watchdogScript(pid, steps)], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.on('error', () => undefined);
  watchdog.stdin.on('error', () => undefined);
  watchdog.unref();
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
  return watchdog;
}

function watchdogScript(pid: number, steps: readonly EndStep[]): string {
  const lines = steps.flatMap(({ signal, wait_ms }) => [
    `kill -${signal.slice(3)} ${pid} || finish`,
    `i=0; while [ $i -lt ${Math.ceil(wait_ms / 200)} ]; do kill -0 ${pid} || finish; sleep 0.2; i=$((i+1)); done`,
  ]);
  return [`finish() { kill -9 -${pid}; exit 0; }`, 'read -r line', ...lines, 'finish'].join('\n');
}
