import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import { compile } from './compile';

/** A row of the output table with some lines changed. */
function rowWith(changes: Record<string, string>): string {
  const row = { stage: "'speech'", label: "'Generating audio'", needs: "['payload', 'storyboard']", each: 'true', class: "'work'", weight: '15', input: '({ docs, scene }) => ({ seed: docs.payload.seed, text: docs.storyboard.scenes[scene - 1]?.transcript })', ...changes };
  const members = Object.entries(row).map(([name, value]) => `  ${name}: ${value},`);
  return ["import type { OutputSnapshot } from '../../contracts/snapshot';", "import { rowsFor } from '../../workflows/stage';", 'export const row = rowsFor<OutputSnapshot>()({', ...members, '});'].join('\n');
}

function without(file: string, line: RegExp): string {
  const text = readFileSync(path.join(projectRoot(), file), 'utf8');
  expect(text).toMatch(line);
  return text.replace(line, '');
}

const WORK = (input: string) =>
  ["import type { StageWork } from '../../activities/stage-work';", "import { speech } from '../../activities/output/speech';", `export const work: StageWork<'speech', ${input}> = speech;`].join('\n');

const SOURCES = {
  'test/plan/a-row.ts': rowWith({}),
  'test/plan/not-in-needs.ts': rowWith({ needs: "['payload']" }),
  'test/plan/unknown-stage.ts': rowWith({ stage: "'speach'" }),
  'test/plan/unknown-need.ts': rowWith({ needs: "['payload', 'storybord']" }),
  'test/plan/scene-as-join.ts': rowWith({ each: 'false', input: '() => 1' }),
  'test/plan/join-as-scene.ts': rowWith({ stage: "'stitch'", input: '() => 1' }),
  'test/plan/optional-stage.ts': rowWith({ stage: "'lip_sync'", needs: "['broll_pose']", input: '({ docs }) => docs.broll_pose.track' }),
  'test/plan/join-reads-one-scene.ts': rowWith({ stage: "'stitch'", each: 'false', needs: "['speech']", input: '({ docs }) => docs.speech.audio' }),
  'test/plan/unknown-gate.ts': rowWith({ gate: "{ name: 'speech', remakes: ['speech'] }" }),
  'test/plan/same-work.ts': WORK("import('../../workflows/avatar-output.stages').OutputInputs['speech']"),
  'test/plan/wrong-input.ts': WORK('{ nothing: true }'),
  'activities/index.ts': without('activities/index.ts', /^ +speech(?:: .*)?,\n/m),
};

describe('the compiler', () => {
  const messages = compile(SOURCES);

  it('takes a row that is right, and work that fits its input', () => {
    expect(messages['test/plan/a-row.ts']).toEqual([]);
    expect(messages['test/plan/same-work.ts']).toEqual([]);
  });

  it.each([
    ['an output that is not in needs', 'test/plan/not-in-needs.ts', "Property 'storyboard' does not exist"],
    ['an unknown stage', 'test/plan/unknown-stage.ts', '"speach"'],
    ['an unknown need', 'test/plan/unknown-need.ts', '"storybord"'],
    ['a stage per scene written as a join', 'test/plan/scene-as-join.ts', "Type 'false' is not assignable to type 'true'"],
    ['a join written as a stage per scene', 'test/plan/join-as-scene.ts', "Type 'true' is not assignable to type 'false'"],
    ['a stage that a route may leave out taken for granted', 'test/plan/optional-stage.ts', "'docs.broll_pose' is possibly 'null'"],
    ['a join that reads all scenes as one', 'test/plan/join-reads-one-scene.ts', "Property 'audio' does not exist"],
    ['an unknown gate', 'test/plan/unknown-gate.ts', '"speech"'],
    ['work on an input that its row does not give', 'test/plan/wrong-input.ts', 'nothing'],
    ['a stage without an activity', 'activities/index.ts', "Property 'speech' is missing"],
  ])('refuses %s', (_fault, file, words) => {
    expect(messages[file]?.join('\n').replaceAll("'\"", '"').replaceAll("\"'", '"')).toContain(words);
  });
});
