import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FaceTrack } from '../../adapters/capabilities/lip-sync';
import type { Timeline } from '../../contracts/media';
import { projectRoot } from '../../contracts/project-root';
import { ApiClient, type Asset, type Job, type StageRecord } from '../demo/client';
import type { StackDescription } from '../stack/stack-file';

/** A film to look at, on this machine. */
export interface LookSource {
  title: string;
  video: string;
  timeline: Timeline | null;
  tracks: (FaceTrack | null)[];
  /** Where the sheet goes unless the caller says otherwise. */
  sheet: string;
  remove(): Promise<void>;
}

/** Opens a file, or a job of the stack that .data/stack.json describes. Throws a sentence that says what is missing. */
export async function openSource(name: string): Promise<LookSource> {
  if (existsSync(name)) return openFile(path.resolve(name));
  if (/^job_\w+$/.test(name)) return openJob(name);
  throw new Error(`There is no file ${name}, and it is no job id either.`);
}

/** Beside the film may lie timeline.json and face-track-1.json, face-track-2.json … as the demo leaves them. */
async function openFile(video: string): Promise<LookSource> {
  const folder = path.dirname(video);
  const timeline = await readJson<Timeline>(path.join(folder, 'timeline.json'));
  const tracks = await Promise.all(
    (timeline?.scenes ?? []).map(({ scene }) => readJson<FaceTrack>(path.join(folder, `face-track-${scene}.json`))),
  );
  const sheet = path.join(folder, `${path.parse(video).name}-look.png`);
  return { title: path.basename(video), video, timeline, tracks, sheet, remove: () => Promise.resolve() };
}

async function openJob(jobId: string): Promise<LookSource> {
  const client = connect();
  const job = await client.get<Job>(`/v1/jobs/${jobId}`);
  const asset = job.result?.video;
  if (asset === undefined) throw new Error(`Job ${jobId} has no film: it is ${job.status}.`);
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-look-'));
  const video = path.join(folder, 'video.mp4');
  await writeFile(video, await client.download(asset));
  const timeline = await client.get<Timeline>(`/v1/jobs/${jobId}/timeline`);
  return {
    title: jobId,
    video,
    timeline,
    tracks: await fetchTracks(client, { jobId, scenes: timeline.scenes.length }),
    sheet: path.join(projectRoot(), 'out', 'look', `${jobId}.png`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function connect(): ApiClient {
  const file = path.join(projectRoot(), '.data', 'stack.json');
  if (!existsSync(file)) throw new Error('No stack runs here: `npm start` starts one.');
  const { api_url, tenants } = JSON.parse(readFileSync(file, 'utf8')) as StackDescription;
  return new ApiClient(api_url, tenants['demo']?.backend ?? '');
}

/** Face tracks of a job, one a scene in order; null where a provider moved the lips. */
export async function fetchTracks(
  client: ApiClient,
  { jobId, scenes }: { jobId: string; scenes: number },
): Promise<(FaceTrack | null)[]> {
  const { stages } = await client.get<{ stages: StageRecord[] }>(`/v1/jobs/${jobId}/stages`);
  const records = stages.filter((record) => record.stage === 'lip_sync' && record.current !== false);
  return Promise.all(
    Array.from({ length: scenes }, async (_, at) => {
      const record = records.find(({ scene }) => scene === at + 1);
      const id = record?.assets.find(({ kind }) => kind === 'face_track')?.asset_id;
      if (id === undefined) return null;
      const bytes = await client.download(await client.get<Asset>(`/v1/assets/${id}`));
      return JSON.parse(bytes.toString('utf8')) as FaceTrack;
    }),
  );
}

async function readJson<Document>(file: string): Promise<Document | null> {
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Document) : null;
}
