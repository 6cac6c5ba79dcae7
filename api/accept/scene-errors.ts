import type { FieldError } from '../../contracts/errors';

/** A scene that a request names, and where it stands there. */
export interface NamedScene {
  scene: number;
  pointer: string;
}

/** Scenes that a film or job of so many does not have. */
export function unknownScenes(named: readonly NamedScene[], count: number, whose: 'the film' | 'the job'): FieldError[] {
  const message = `${whose} has ${count} ${count === 1 ? 'scene' : 'scenes'}`;
  return named.flatMap(({ scene, pointer }) => (scene > count ? [{ pointer, message }] : []));
}

/** Changes of scenes that the request, where it names any, is not about. */
export function scenesOutside(changed: readonly NamedScene[], scenes: readonly number[] | null): FieldError[] {
  if (scenes === null) return [];
  return changed.flatMap(({ scene, pointer }) => (scenes.includes(scene) ? [] : [{ pointer, message: 'not among the scenes that are named' }]));
}
