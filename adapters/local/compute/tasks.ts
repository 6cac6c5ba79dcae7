import { lazy } from './host';

/**
 * Everything that compute threads can do, one line each: a name, and where the function is.
 * Names are `<area>.<verb>`; the function's own types are what `run` checks. Not `satisfies TaskTable`: that would infer
 * every task's arguments as `never`; pool.ts checks the table where it names it.
 */
export const TASKS = {
  'image.inspect': lazy(() => import('../image/inspect-photo.js').then((module) => module.inspectPhoto)),
  'image.neutral': lazy(() => import('../image/neutral-image.js').then((module) => module.makeNeutralImage)),
  'image.character_sheet': lazy(() => import('../image/character-sheet.js').then((module) => module.drawCharacterSheet)),
  'image.compare_faces': lazy(() => import('../image/identity.js').then((module) => module.compareFaces)),
  'assembly.watch_film': lazy(() => import('../assembly/watch/watch-film.js').then((module) => module.watchFilm)),
  'assembly.render_overlays': lazy(() => import('../assembly/render-overlays.js').then((module) => module.renderOverlays)),
  'background.paint': lazy(() => import('../background/paint.js').then((module) => module.paintBackground)),
  'broll.draw_cutaway': lazy(() => import('../broll/draw-cutaway.js').then((module) => module.drawCutaway)),
  'speech.align': lazy(() => import('../speech/tasks/align-speech.js').then((module) => module.alignSpeech)),
  'speech.finish_clip': lazy(() => import('../speech/tasks/finish-clip.js').then((module) => module.finishClip)),
  'speech.measure_voice': lazy(() => import('../speech/tasks/measure-voice.js').then((module) => module.measureVoice)),
  'speech.speak_flite': lazy(() => import('../speech/tasks/speak-flite.js').then((module) => module.speakFlite)),
  'render.place': lazy(() => import('../render/track-task.js').then((module) => module.placeInFrame)),
  'render.preview': lazy(() => import('../render/render-scene.js').then((module) => module.renderPreview)),
  'render.scene': lazy(() => import('../render/render-scene.js').then((module) => module.renderScene)),
  'render.track': lazy(() => import('../render/track-task.js').then((module) => module.makeTrack)),
};

export type Tasks = typeof TASKS;
