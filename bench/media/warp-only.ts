import { zoomAt, zoomPlacement } from '../../adapters/local/render/compositor';
import { createRasteriser } from '../../adapters/local/render/rasteriser';
import { triangleCount, writeTriangles } from '../../adapters/local/render/rig-draw';
import { poseRig } from '../../adapters/local/render/rig-pose';
import { setUpScene } from '../../adapters/local/render/scene-setup';
import type { LayerFiles } from '../../adapters/local/render/scene-setup';

/** CPU seconds for posing the face and drawing its triangles in every frame, which no filter of ffmpeg does. */
export async function warpOnly(files: LayerFiles): Promise<number> {
  const scene = await setUpScene(files);
  const raster = createRasteriser();
  const texture = raster.surface(scene.rig.texture, scene.rig.texture.rgba);
  const frame = raster.surface(scene.size);
  const most = triangleCount(scene.rig);
  const started = process.cpuUsage();
  for (let index = 0; index < scene.frames; index += 1) {
    const placement = zoomPlacement(scene.placement, zoomAt(scene.camera, index, scene.frames), scene.size);
    const posed = poseRig(scene.rig, scene.channelsAt(index));
    raster.drawTriangles(frame, texture, writeTriangles(scene.rig, posed, { room: raster.trianglesFor(most), placement }));
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}
