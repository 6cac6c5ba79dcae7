import type { SpeechTiming, Timeline, TimelineScene, Word } from '../../../contracts/media';
import type { StitchRequest, StitchScene } from '../../capabilities/assembly';

export interface SceneBounds {
  scene: number;
  start_ms: number;
  end_ms: number;
}

/** Where each scene lies: one after another, from 0, without gap or overlap. */
export function placeScenes(scenes: { scene: number; duration_ms: number }[]): SceneBounds[] {
  let at = 0;
  return scenes.map(({ scene, duration_ms }) => {
    const bounds = { scene, start_ms: at, end_ms: at + duration_ms };
    at += duration_ms;
    return bounds;
  });
}

/**
 * The film's timeline. Words move from their scene's time to the film's; one that a provider placed outside its scene
 * or before its neighbour is moved to the nearest place inside and in order.
 */
export function buildTimeline(request: StitchRequest, timings: SpeechTiming[]): Timeline {
  const bounds = placeScenes(
    request.scenes.map(({ storyboard, duration_ms }) => ({ scene: storyboard.scene, duration_ms })),
  );
  const scenes = request.scenes.map((scene, at) => placeScene(scene, bounds[at]!, timings[at]?.words ?? []));
  return { duration_ms: bounds.at(-1)?.end_ms ?? 0, fps: request.fps, scenes };
}

function placeScene(scene: StitchScene, { start_ms, end_ms }: SceneBounds, words: Word[]): TimelineScene {
  const { storyboard } = scene;
  const { framing, background, b_roll } = storyboard.visual;
  const cutaway = scene.cutaways[0];
  const asset_id = cutaway?.asset.asset_id ?? b_roll?.asset?.asset_id ?? null;
  return {
    scene: storyboard.scene,
    start_ms,
    end_ms,
    transcript: storyboard.transcript,
    words: shiftWords(words, start_ms, end_ms),
    pose: storyboard.pose,
    visual: {
      framing,
      background: { prompt: background.prompt, asset_id: scene.background.asset_id },
      b_roll: b_roll || cutaway ? { prompt: b_roll?.prompt ?? cutaway?.title ?? null, asset_id } : null,
    },
    assets: { speech: scene.speech.asset_id, scene_video: null },
  };
}

/** Words in film time, inside the scene and in order. */
export function shiftWords(words: Word[], start_ms: number, end_ms: number): Word[] {
  let earliest = start_ms;
  return words.map((word) => {
    const start = Math.min(Math.max(Math.round(start_ms + word.start_ms), earliest), end_ms);
    const end = Math.min(Math.max(Math.round(start_ms + word.end_ms), start), end_ms);
    earliest = end;
    return { text: word.text, start_ms: start, end_ms: end };
  });
}
