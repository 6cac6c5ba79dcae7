import { createComputePool } from '../../../../adapters/local/compute/pool';
import { createLocalFamily } from '../../../../adapters/local/family';
import { FACES } from '../../../support/faces';
import { makeLocalFilm, readTrack, type FilmWish, type LocalFilm } from '../../../support/local-film';
import { createTestContext, ffmpegPath, type TestContext } from '../assembly/test-context';

const LONG_MS = 600_000;
jest.setTimeout(LONG_MS);

const WISH: FilmWish = {
  photo: FACES.astronaut,
  size: { width: 320, height: 180 },
  scenes: [{ text: 'Maybe we both know more by Monday.', framing: 'medium', place: 'office', time_of_day: 'day' }],
  seed: 7,
  burned: true,
};

interface Made {
  film: LocalFilm;
  context: TestContext;
  /** What the chain left, by name: a digest of each file, and the checks. */
  left: Record<string, string>;
}

/** The chain of adapters from a photo, in threads and folders of its own. */
async function make(change: Partial<FilmWish> = {}): Promise<Made> {
  const pool = createComputePool({ size: 2 });
  const context = await createTestContext();
  try {
    const family = createLocalFamily({ pool, ffmpegPath: ffmpegPath() });
    const film = await makeLocalFilm(family, { ...WISH, ...change }, context);
    const { neutral, plate, mesh } = film.identity;
    const sheet = await family.image.characterSheet({ neutral, plate, mesh, title: 'Twice', seed: WISH.seed }, context);
    return { film, context, left: { ...digestsOf(film), sheet: sheet.sheet.sha256, views: sheet.views.map(({ asset }) => asset.sha256).join() } };
  } finally {
    await pool.close();
  }
}

function digestsOf({ identity, scenes, stitched, video, poster, checks }: LocalFilm): Record<string, string> {
  const [scene] = scenes;
  if (!scene) throw new Error('the film has a scene');
  const { layers, track, background, preview, speech, timing, video: picture } = scene;
  const { audio_master, captions_vtt, captions_srt, rough_cut } = stitched;
  const { neutral, plate, mesh } = identity;
  const files = {
    ...{ neutral, plate, mesh, layers, track, background, preview, speech, timing, picture },
    ...{ audio_master, captions_vtt, captions_srt, rough_cut, video, poster },
  };
  const digests = Object.entries(files).map(([name, { sha256 }]) => [name, sha256]);
  return { ...Object.fromEntries(digests), timeline: JSON.stringify(stitched.timeline), checks: JSON.stringify(checks) };
}

describe('a film that is made again', () => {
  let first: Made;
  const made: Made[] = [];
  const again = async (change: Partial<FilmWish> = {}): Promise<Made> => {
    const one = await make(change);
    made.push(one);
    return one;
  };
  const changedIn = ({ left }: Made): string[] => Object.keys(left).filter((name) => left[name] !== first.left[name]);

  beforeAll(async () => (first = await again()), LONG_MS);
  afterAll(() => Promise.all(made.map(({ context }) => context.remove())));

  it('is the same in every byte', async () => {
    expect((await again()).left).toEqual(first.left);
  });

  it('with a note on its background keeps person, speech, captions and movements', async () => {
    const changed = changedIn(await again({ background_note: 'a library in the evening' })).filter((name) => name !== 'checks');
    expect(changed.sort()).toEqual(['background', 'layers', 'picture', 'poster', 'preview', 'rough_cut', 'timeline', 'video']);
  });

  it('with another seed for its movements keeps everything else, and the mouth', async () => {
    const other = await again({ lip_sync_seed: 8 });
    const changed = changedIn(other).filter((name) => name !== 'checks');
    expect(changed.sort()).toEqual(['picture', 'poster', 'track', 'video']);
    const [before, after] = await Promise.all([first, other].map(({ film, context }) => readTrack(film.scenes[0]!, context)));
    const { jaw, close, wide, pucker, smile } = before!.channels;
    expect(after!.channels).toMatchObject({ jaw, close, wide, pucker, smile });
    expect(after!.closures).toEqual(before!.closures);
    expect(after!.channels.yaw).not.toEqual(before!.channels.yaw);
  });
});
