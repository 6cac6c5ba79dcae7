import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import { MODES } from '../../contracts/vocabulary';
import { asksForUsage, readArguments } from '../../dev/demo/arguments';
import { checkScript } from '../../dev/demo/check-script';
import { describeProblem } from '../../dev/demo/client';
import { prepareFolder } from '../../dev/demo/files';
import { ProgressLine } from '../../dev/demo/progress';

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, write: (text: string) => written.push(text), text: () => written.join('') };
}

const STATE = { label: 'Generating audio', scene: 2, scenes: 3, percent: 31 };

test('progress in a file has a plain line for every change and no control characters', () => {
  const file = screen(false);
  let now = 0;
  const line = new ProgressLine(file, () => now, 'xterm');
  now = 1_500;
  line.show(STATE);
  line.show({ ...STATE });
  line.finish('100 %  Done');
  expect(file.text()).toBe('   1.5 s   31 %  Generating audio, scene 2 of 3\n   1.5 s  100 %  Done\n');
});

test('progress on a terminal is drawn in place and never wraps', () => {
  const terminal = screen(true);
  const line = new ProgressLine(terminal, () => 0, 'xterm');
  line.show({ ...STATE, label: 'A label that is far too long for one line of this terminal' });
  line.finish('Done');
  const [, drawn] = terminal.text().split('\r\u001b[K');
  expect(drawn).toHaveLength(59);
  expect(terminal.text().match(/\n/g)).toHaveLength(1);
});

test('a dumb terminal gets plain lines', () => {
  const terminal = screen(true);
  const line = new ProgressLine(terminal, () => 0, 'dumb');
  line.show(STATE);
  line.finish('Done');
  expect(terminal.text()).not.toContain('\u001b');
});

test('arguments have defaults, and a wrong one is named with what is allowed', () => {
  expect(readArguments([])).toMatchObject({
    mode: 'multi_scene',
    aspect: '16:9',
    resolution: '720p',
    voice: null,
  });
  expect(readArguments(['--aspect', '9:16', '--out', '/tmp/x'])).toMatchObject({
    aspect: '9:16',
    out: '/tmp/x',
  });
  expect(() => readArguments(['--mode', 'opera'])).toThrow(
    '--mode: opera is none of single_scene, multi_scene, b_roll, pose',
  );
  expect(() => readArguments(['--photo', '/no/such.png'])).toThrow('--photo: there is no file /no/such.png');
});

test.each([
  ['is empty', '', '--script: '],
  ['is blank', ' \n\t\n', '--script: '],
  ['is too long', 'word '.repeat(1_001), '--script: at most 5000 characters'],
  ['has nothing to say', '🎉🎉 … !?', '--script: no letter or digit that a voice could speak'],
])('a script that %s is refused before anything is started', async (_, words, said) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'understudy-script-'));
  const script = path.join(folder, 'words.txt');
  writeFileSync(script, words);
  await expect(checkScript(readArguments(['--script', script]))).rejects.toThrow(said);
  const run = spawnSync(process.execPath, [path.join(projectRoot(), 'dist/dev/demo.js'), '--script', script, '--out', path.join(folder, 'out')], { encoding: 'utf8' });
  expect([run.status, run.stdout, existsSync(path.join(folder, 'out'))]).toEqual([1, '', false]);
  expect(run.stderr).toContain(said);
  rmSync(folder, { recursive: true });
});

test.each(MODES)('the built-in script can be filmed in mode %s', async (mode) => {
  await expect(checkScript(readArguments(['--mode', mode]))).resolves.toBeUndefined();
});

test('a folder is no photo, and help is asked for by either name', () => {
  expect(() => readArguments(['--photo', os.tmpdir()])).toThrow(`--photo: there is no file ${os.tmpdir()}`);
  expect([asksForUsage(['--help']), asksForUsage(['--mode', 'pose', '-h']), asksForUsage([])]).toEqual([true, true, false]);
});

test('a folder for the results is made with its parents, and one that cannot be is said at once', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'understudy-out-'));
  prepareFolder(path.join(folder, 'a', 'b'));
  expect(statSync(path.join(folder, 'a', 'b')).isDirectory()).toBe(true);
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  for (const taken of [file, path.join(file, 'x'), '/proc/nope/x']) expect(() => prepareFolder(taken)).toThrow(`--out: nothing can be written to ${taken} (`);
  rmSync(folder, { recursive: true });
});

test("a failed job's problem tells where and why", () => {
  const problem = {
    title: 'No face found',
    detail: 'Photo 1 shows no face that can be used.',
    code: 'photo_face_missing',
    stage: 'validate',
    scene: null,
    errors: [{ pointer: '/photos/0', message: 'no face' }],
  };
  expect(describeProblem(problem).split('\n')).toEqual([
    'No face found (photo_face_missing in validate)',
    'Photo 1 shows no face that can be used.',
    '  /photos/0: no face',
  ]);
});
