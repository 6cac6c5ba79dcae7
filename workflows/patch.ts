import type { Pose, SceneVisual } from '../contracts/media';
import type { OutputSnapshot, Overrides, SnapshotScene } from '../contracts/snapshot';
import type { StageName } from '../contracts/vocabulary';
import type { Asked } from './plan-retry';

/** A retry's patch with its pictures resolved. */
export interface ResolvedPatch {
  script?: string;
  scenes?: Record<string, { transcript?: string; background?: SceneVisual['background']; pose?: Pose }>;
  voice?: OutputSnapshot['voice'];
  output?: NonNullable<Overrides['output']>;
}

/** A stage that a member of a patch changes, and where that member stands in the request. */
export interface Effect extends Asked {
  pointer: string;
}

/**
 * Where each member of a patch takes effect, and in which scenes; a voice changes in the scenes that the request names (contract: "Patches of output_retry and the earliest
 * stage each may start from").
 */
export function effectsOf(patch: ResolvedPatch, snapshot: OutputSnapshot, named: number[] | null): Effect[] {
  const effects: Effect[] = [];
  if (patch.script !== undefined) effects.push({ stage: 'script_context', scenes: null, pointer: '/patch/script' });
  if (patch.voice) effects.push({ stage: 'speech', scenes: named, pointer: '/patch/voice' });
  for (const [scene, change] of Object.entries(patch.scenes ?? {})) {
    const [scenes, pointer] = [[Number(scene)], `/patch/scenes/${scene}`];
    if (change.transcript !== undefined) effects.push({ stage: 'speech', scenes, pointer: `${pointer}/transcript` });
    if (change.background) effects.push({ stage: 'backgrounds', scenes, pointer: `${pointer}/background` });
    if (change.pose) effects.push({ stage: poseStage(snapshot), scenes, pointer: `${pointer}/pose` });
  }
  return [...effects, ...outputEffects(patch, snapshot)];
}

/** On the pose route a pose is a track of its own; elsewhere it is part of the composed scene. */
function poseStage(snapshot: OutputSnapshot): StageName {
  return snapshot.mode === 'pose' ? 'broll_pose' : 'scene_assets';
}

function outputEffects({ output = {} }: ResolvedPatch, snapshot: OutputSnapshot): Effect[] {
  const effects: Effect[] = [];
  const add = (stage: StageName, member: keyof typeof output): void => {
    effects.push({ stage, scenes: null, pointer: `/patch/output/${member}` });
  };
  for (const member of ['aspect_ratio', 'resolution'] as const) {
    if (output[member] === undefined) continue;
    add('backgrounds', member);
    // Cutaways are drawn at the film's size too.
    if (snapshot.mode === 'b_roll') add('broll_pose', member);
  }
  if (output.loudness_lufs !== undefined) add('stitch', 'loudness_lufs');
  if (output.captions !== undefined) add(captionStage(output.captions, snapshot), 'captions');
  return effects;
}

/** Captions in the picture are drawn when it is rendered, also when they are to go away again. */
function captionStage(wanted: string, snapshot: OutputSnapshot): StageName {
  const had = snapshot.overrides.output?.captions ?? snapshot.output.captions;
  return wanted === 'burned' || had === 'burned' ? 'enhance' : 'output';
}

/** The parent's snapshot with a patch on top. A new script makes the old scenes' overrides meaningless, so they go. */
export function patchSnapshot(parent: OutputSnapshot, patch: ResolvedPatch, from: StageName): OutputSnapshot {
  const replanned = patch.script !== undefined || from === 'payload' || from === 'script_context' || from === 'storyboard';
  const before: Overrides = replanned ? { ...parent.overrides, scenes: {}, notes: {} } : parent.overrides;
  const overrides: Overrides = {
    scenes: mergeScenes(before.scenes, patch.scenes ?? {}),
    notes: before.notes,
    ...(patch.voice ?? before.voice ? { voice: patch.voice ?? before.voice } : {}),
    ...(patch.output ?? before.output ? { output: { ...before.output, ...patch.output } } : {}),
  };
  if (patch.script === undefined) return { ...parent, overrides };
  const scenes: SnapshotScene[] | null = null;
  return { ...parent, script: patch.script, brief: null, scenes, overrides };
}

function mergeScenes(before: Overrides['scenes'], change: Overrides['scenes']): Overrides['scenes'] {
  const merged = { ...before };
  for (const [scene, fields] of Object.entries(change)) merged[scene] = { ...merged[scene], ...fields };
  return merged;
}
