import { FPS } from '../contracts/vocabulary';
import type { OutputSnapshot } from '../contracts/snapshot';
import type { StoryboardScene } from '../contracts/media';
import { backgroundOf, captionsOf, loudnessOf, noteOf, poseOf, sizeOf, transcriptOf, voiceOf } from './effective';
import { rowsFor, type InputsOf, type Remake } from './stage';

const stage = rowsFor<OutputSnapshot>();

function sceneOf(storyboard: { scenes: StoryboardScene[] }, scene: number): StoryboardScene {
  const found = storyboard.scenes[scene - 1];
  if (!found) throw new Error(`The storyboard has no scene ${scene}.`);
  return found;
}

/** The note that asked for this item again: a reviewer's in this job, else the one a retry came with. */
function wish(snapshot: OutputSnapshot, scene: number, remake: Remake | null): string | null {
  return remake?.note ?? noteOf(snapshot, scene);
}

/** Script and avatar version to a finished film. Per-scene rows read only their own scene, in scene-relative times. */
export const AVATAR_OUTPUT = [
  stage({
    stage: 'payload',
    label: 'Freezing the payload',
    needs: [],
    each: false,
    class: 'control',
    weight: 2,
    input: ({ snapshot }) => ({ mode: snapshot.mode, avatar: snapshot.avatar, output: snapshot.output, size: sizeOf(snapshot), ...voiceOf(snapshot) }),
  }),
  stage({
    stage: 'script_context',
    label: 'Reading the script',
    needs: ['payload'],
    each: false,
    class: 'work',
    weight: 3,
    gate: { name: 'script', remakes: ['script_context'] },
    input: ({ snapshot, docs, remake, previous }) => ({
      script: snapshot.script,
      brief: snapshot.brief,
      scenes: snapshot.scenes?.map((scene) => scene.transcript) ?? null,
      seed: docs.payload.seed,
      note: remake?.note ?? null,
      edits: remake?.edits ?? null,
      previous: remake ? (previous?.script ?? null) : null,
    }),
  }),
  stage({
    stage: 'storyboard',
    label: 'Building storyboard',
    needs: ['payload', 'script_context'],
    each: false,
    class: 'work',
    weight: 5,
    gate: { name: 'storyboard', remakes: ['storyboard'] },
    input: ({ snapshot, docs, remake, previous }) => ({
      script: docs.script_context.script,
      mode: docs.payload.mode,
      caller_scenes: snapshot.scenes,
      background: docs.payload.background,
      seed: docs.payload.seed,
      revise: remake && !remake.edits ? { scenes: remake.scenes ?? [], note: remake.note } : null,
      edits: remake?.edits ?? null,
      previous: remake ? (previous?.scenes ?? null) : null,
    }),
  }),
  stage({
    stage: 'speech',
    label: 'Generating audio',
    needs: ['payload', 'storyboard'],
    each: true,
    class: 'work',
    weight: 15,
    input: ({ snapshot, docs, scene }) => ({
      transcript: transcriptOf(snapshot, sceneOf(docs.storyboard, scene)),
      language: 'en',
      ...voiceOf(snapshot),
      lexicon: {},
      loudness_lufs: docs.payload.loudness_lufs,
      previous_text: null,
      next_text: null,
    }),
  }),
  stage({
    stage: 'backgrounds',
    label: 'Painting backgrounds',
    needs: ['payload', 'storyboard'],
    each: true,
    class: 'work',
    weight: 10,
    gate: { name: 'backgrounds', remakes: ['backgrounds'] },
    input: ({ snapshot, docs, scene, remake }) => {
      const planned = sceneOf(docs.storyboard, scene);
      const { place, time_of_day, mood } = planned.visual;
      return {
        visual: { background: backgroundOf(snapshot, planned), place, time_of_day, mood },
        size: sizeOf(snapshot),
        note: wish(snapshot, scene, remake),
        seed: docs.payload.seed,
        scene,
      };
    },
  }),
  stage({
    stage: 'scene_assets',
    label: 'Composing scenes',
    needs: ['payload', 'storyboard', 'speech', 'backgrounds'],
    each: true,
    class: 'work',
    weight: 8,
    input: ({ snapshot, docs, scene, remake }) => {
      const planned = sceneOf(docs.storyboard, scene);
      return {
        plate: docs.payload.avatar.plate,
        mesh: docs.payload.avatar.mesh,
        background: docs.backgrounds.image,
        light: docs.backgrounds.light,
        framing: planned.visual.framing,
        pose: poseOf(snapshot, planned),
        size: sizeOf(snapshot),
        fps: FPS,
        duration_ms: docs.speech.duration_ms,
        note: remake?.note ?? null,
        seed: docs.payload.seed,
        scene,
      };
    },
  }),
  stage({
    stage: 'broll_pose',
    label: 'Preparing cutaways and poses',
    needs: ['payload', 'storyboard', 'speech'],
    each: true,
    class: 'work',
    weight: 5,
    when: (snapshot) => snapshot.mode === 'b_roll' || snapshot.mode === 'pose',
    input: ({ snapshot, docs, scene, remake }) => {
      const planned = sceneOf(docs.storyboard, scene);
      return {
        kind: docs.payload.mode === 'pose' ? ('pose' as const) : ('b_roll' as const),
        pose: poseOf(snapshot, planned),
        b_roll: planned.visual.b_roll,
        transcript: transcriptOf(snapshot, planned),
        timing: docs.speech.timing,
        size: sizeOf(snapshot),
        fps: FPS,
        duration_ms: docs.speech.duration_ms,
        note: remake?.note ?? null,
        seed: docs.payload.seed,
        scene,
      };
    },
  }),
  stage({
    stage: 'stitch',
    label: 'Stitching video',
    needs: ['payload', 'storyboard', 'speech', 'backgrounds', 'scene_assets', 'broll_pose'],
    each: false,
    class: 'work',
    weight: 12,
    gate: { name: 'video_assets', remakes: ['scene_assets', 'broll_pose'] },
    input: ({ snapshot, docs }) => ({
      size: sizeOf(snapshot),
      fps: FPS,
      loudness_lufs: loudnessOf(snapshot),
      scenes: docs.storyboard.scenes.map((planned, index) => ({
        storyboard: { ...planned, transcript: transcriptOf(snapshot, planned), pose: poseOf(snapshot, planned) },
        speech: docs.speech[index],
        background: docs.backgrounds[index],
        preview: docs.scene_assets[index]?.preview,
        cutaways: docs.broll_pose?.[index]?.cutaways ?? [],
      })),
    }),
  }),
  stage({
    stage: 'lip_sync',
    label: 'Moving the lips',
    needs: ['payload', 'storyboard', 'speech', 'scene_assets', 'broll_pose', 'stitch'],
    each: true,
    class: 'work',
    weight: 8,
    input: ({ snapshot, docs, scene }) => ({
      timing: docs.speech.timing,
      audio: docs.speech.audio,
      layers: docs.scene_assets.layers,
      clip: docs.scene_assets.clip,
      pose_track: docs.broll_pose?.track ?? null,
      pose: poseOf(snapshot, sceneOf(docs.storyboard, scene)),
      fps: FPS,
      duration_ms: docs.speech.duration_ms,
      seed: docs.payload.seed,
      scene,
    }),
  }),
  stage({
    stage: 'enhance',
    label: 'Rendering in full quality',
    needs: ['payload', 'speech', 'scene_assets', 'broll_pose', 'lip_sync'],
    each: true,
    class: 'work',
    weight: 27,
    input: ({ snapshot, docs }) => ({
      layers: docs.scene_assets.layers,
      track: docs.lip_sync.track,
      clip: docs.lip_sync.clip ?? docs.scene_assets.clip,
      cutaways: docs.broll_pose?.cutaways ?? [],
      burn: captionsOf(snapshot) === 'burned' ? docs.speech.timing : null,
      watermark: docs.payload.watermark,
      size: sizeOf(snapshot),
      fps: FPS,
      duration_ms: docs.speech.duration_ms,
    }),
  }),
  stage({
    stage: 'output',
    label: 'Finishing the film',
    needs: ['payload', 'storyboard', 'broll_pose', 'stitch', 'lip_sync', 'enhance'],
    each: false,
    class: 'work',
    weight: 10,
    input: ({ snapshot, docs }) => ({
      stitch: docs.stitch,
      storyboard: docs.storyboard,
      tracks: docs.lip_sync.map((item) => item.track),
      cutaways: docs.lip_sync.map((_, index) => docs.broll_pose?.[index]?.cutaways ?? []),
      videos: docs.enhance,
      captions: captionsOf(snapshot),
      size: sizeOf(snapshot),
      fps: FPS,
      avatar: { avatar_id: docs.payload.avatar.avatar_id, version: docs.payload.avatar.version },
      neutral: docs.payload.avatar.neutral,
    }),
  }),
] as const;

export type OutputInputs = InputsOf<typeof AVATAR_OUTPUT>;
