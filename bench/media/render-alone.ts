import type { RenderSceneArgs } from '../../adapters/local/render/render-scene';
import { renderScene } from '../../adapters/local/render/render-scene';

/** A process that renders one scene and ends: its memory is the renderer's. */
const args = JSON.parse(process.argv[2] ?? '{}') as RenderSceneArgs;
renderScene(args, { progress: () => undefined }).then(
  () => process.exit(0),
  () => process.exit(1),
);
