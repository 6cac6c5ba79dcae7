import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Print } from '../print';
import { lastLines, runCommand } from '../run-command';
import { isExecutable, toolsFolder } from './ensure-tool';

const VERSION = '1.8.0';
const MODULE = `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`;
/** Compiling took 204 s on two shared cores. */
const COMPILE_TIMEOUT_MS = 1_200_000;

/** Where the compiled server lies, or will lie. */
export function cachedVersitygw(): string {
  return path.join(toolsFolder(), `versitygw-${VERSION}-${process.platform}-${process.arch}`, 'versitygw');
}

/**
 * Path of the S3 server that the tests speak to, compiled once into the tools folder from its Go module, or null with
 * the reason printed: without Go those tests are skipped visibly.
 */
export async function ensureVersitygw(print: Print): Promise<string | null> {
  const target = cachedVersitygw();
  if (isExecutable(target)) return target;
  const go = await runCommand('go', ['version']);
  if (go.code !== 0) {
    print('versitygw: not here and Go is not installed, so the tests against an S3 server are skipped');
    return null;
  }
  print(`versitygw: compiling ${VERSION} with Go (once, a few minutes)`);
  return compile(target, print);
}

async function compile(target: string, print: Print): Promise<string | null> {
  await mkdir(path.dirname(target), { recursive: true });
  const scratch = await mkdtemp(path.join(toolsFolder(), 'fetch-'));
  try {
    const env = { ...process.env, GOBIN: scratch };
    const result = await runCommand('go', ['install', MODULE], { env, timeoutMs: COMPILE_TIMEOUT_MS });
    if (result.code !== 0) {
      print(`versitygw: could not be compiled (${lastLines(result.stderr, 1)}), its tests are skipped`);
      return null;
    }
    await rename(path.join(scratch, 'versitygw'), target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
