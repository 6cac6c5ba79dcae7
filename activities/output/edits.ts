import type { StoryboardScene } from '../../contracts/media';

/** A reviewer's edits were checked at the door; one that came by a direct signal is read leniently here. */
function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** `{ "script": "…" }` of the `script` gate; null where there is none. */
export function editedScript(edits: unknown): string | null {
  const { script } = record(edits);
  return typeof script === 'string' && script.trim() !== '' ? script : null;
}

/** `{ "scenes": { "2": { "transcript": "…" } } }` of the `storyboard` gate, put into the scenes that a reviewer saw. */
export function editScenes(scenes: StoryboardScene[], edits: unknown): StoryboardScene[] {
  const changes = record(record(edits)['scenes']);
  return scenes.map((scene) => {
    const { transcript } = record(changes[String(scene.scene)]);
    return typeof transcript === 'string' && transcript.trim() !== '' ? { ...scene, transcript } : scene;
  });
}
