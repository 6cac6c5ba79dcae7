import type { FrameSize } from '../../../../contracts/media';
import type { TaskHost } from '../../compute/host';
import { decodeFrames, pickFrames } from '../../decode-frames';
import { detectFaces } from '../../image/detect';
import { embedFace, embeddingDistance, type FaceEmbedding } from '../../image/face-embedding';
import { embedPhoto } from '../../image/identity';
import { cropOfBox, lookAtFace, type Landmark } from '../../image/landmarks';
import { luma, type Raster } from '../../image/raster';
import type { Similarity } from '../../image/similarity';
import { shrinkFrame } from '../shrink-frame';
import { cutWindows, type FaceWindows } from './face-windows';
import { measureScene, type SceneMeasures } from './measure-scene';
import { planLooks, type Look, type WatchedScene } from './plan-looks';

/** Everything `assembly.watch_film` needs, as plain data; all files are local. */
export interface WatchArgs {
  ffmpeg: string;
  video: string;
  size: FrameSize;
  scenes: WatchedScene[];
  /** Picture of whom the film should show; null leaves the comparison out. */
  neutral: string | null;
}

/** What was seen in one frame. */
export interface Seen extends Look {
  /** Mean luma, 0..255. */
  brightness: number;
  /** Null where no face was found. */
  face: FaceWindows | null;
  /** Distance to the neutral picture, where it was asked for. */
  distance: number | null;
}

/** Shorter side of the frames that are looked at: enough for a face that is a sixth of the frame. */
const LOOK_SIDE = 480;
/** A detector's box below this, or a mesh whose model doubts it this much, is no face. */
const SURE = 0.5;
/** Passes of the landmark model until a crop that came from a box has settled. */
const SETTLING = 3;
/** Faces of a scene that are compared with the neutral picture. */
const COMPARED = 2;

/**
 * Task `assembly.watch_film`: looks at chosen frames of a finished film as a stranger would, with the detector, the
 * landmarks and the comparison that photos go through, and measures each scene against its plan. One decoding pass; no
 * embedding leaves this function.
 * @throws FfmpegError
 */
export async function watchFilm(args: WatchArgs, host: TaskHost): Promise<SceneMeasures[]> {
  const { looks, wanted } = planLooks(args.scenes);
  const identity = args.neutral === null ? null : await embedPhoto(args.neutral, host);
  const seen = await lookAll(args, { looks, identity, host });
  return args.scenes.map((scene) => {
    const own = seen.filter((one) => one.scene === scene.scene);
    return { ...measureScene(scene, own), looks_wanted: wanted.get(scene.scene) ?? own.length };
  });
}

interface Watching {
  looks: Look[];
  identity: FaceEmbedding | null;
  host: TaskHost;
}

async function lookAll({ ffmpeg, video, size }: WatchArgs, { looks, identity, host }: Watching): Promise<Seen[]> {
  if (looks.length === 0) return [];
  const { width, height } = shrinkFrame(size, LOOK_SIDE);
  // Made smaller first: ffmpeg turns even frames that keep their size into RGB at a quarter of what it costs it while scaling.
  const smaller = `scale=${width}:${height}:flags=area,format=yuv420p`;
  const filter = `${pickFrames(looks.map(({ frame }) => frame))},${smaller},scale=in_color_matrix=bt709,format=rgb24`;
  // Blocks that the loop filter would smooth do not mislead the models, and cost a third of the decoding.
  const frames = decodeFrames({ ffmpegPath: ffmpeg, video, filter, bytes: width * height * 3, input: ['-skip_loop_filter', 'all'] });
  const seen: Seen[] = [];
  const follow = new FaceFollower(host);
  let at = 0;
  for await (const data of frames) {
    const look = looks[at++];
    if (!look) break;
    const picture: Raster = { width, height, channels: 3, data };
    const points = await follow.find(picture, look);
    const wanted = identity && points && look.purpose === 'sample' && compared(seen, look) < COMPARED;
    const distance = wanted ? embeddingDistance(await embedFace(picture, points, host), identity) : null;
    seen.push({ ...look, brightness: brightnessOf(picture), face: points && cutWindows(picture, points), distance });
    host.progress(Math.floor((100 * at) / looks.length), `look ${at} of ${looks.length}`);
  }
  return seen;
}

function compared(seen: readonly Seen[], look: Look): number {
  return seen.filter(({ scene, distance }) => scene === look.scene && distance !== null).length;
}

/** Keeps the face from look to look; looks for it anew in a new scene and where it was lost. */
class FaceFollower {
  private crop: Similarity | null = null;
  private scene: number | null = null;
  constructor(private readonly host: TaskHost) {}

  async find(picture: Raster, { scene, purpose }: Look): Promise<Landmark[] | null> {
    if (scene !== this.scene) this.crop = null;
    this.scene = scene;
    this.crop ??= await this.detect(picture);
    if (!this.crop) return null;
    // The mesh alone leaves a gap between shut lips, and takes half of it from open ones; a blink asks for the eyes' place only.
    const detail = purpose === 'blink' ? 'mesh' : 'lips';
    const { points, presence, next } = await lookAtFace(picture, { crop: this.crop, detail }, this.host);
    this.crop = presence >= SURE ? next : null;
    return presence >= SURE ? points : null;
  }

  private async detect(picture: Raster): Promise<Similarity | null> {
    const [box] = await detectFaces(picture, this.host, { minScore: SURE });
    if (!box) return null;
    let crop = cropOfBox(box);
    for (let pass = 0; pass < SETTLING; pass++) crop = (await lookAtFace(picture, { crop, detail: 'mesh' }, this.host)).next;
    return crop;
  }
}

/** A sixteenth of the pixels says whether a frame is black. */
const STEP = 16 * 3;

function brightnessOf({ data }: Raster): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i + 2 < data.length; i += STEP, count++) sum += luma(data[i]!, data[i + 1]!, data[i + 2]!);
  return sum / Math.max(1, count);
}
