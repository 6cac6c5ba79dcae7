import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Exit code; null when the command was killed or could not be started. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** Why the command could not be started, e.g. `ENOENT`; null when it ran. */
  startError: string | null;
}

export interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Account to run under; only root may set it. */
  account?: { uid: number; gid: number } | null;
  /** The command is killed after this many milliseconds; default 60,000. */
  timeoutMs?: number;
}

/** Runs a short command to its end and collects what it says; never rejects. */
export function runCommand(
  file: string,
  args: string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
      ...(options.account ?? {}),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: null, stdout, stderr, startError: error.code ?? error.message }),
    );
    child.on('close', (code) => resolve({ code, stdout, stderr, startError: null }));
  });
}

/** The last lines of a command's output, for an error message. */
export function lastLines(text: string, count: number): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
