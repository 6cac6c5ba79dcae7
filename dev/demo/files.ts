import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Timeline } from '../../contracts/media';
import type { ApiClient, Asset, Job, StageRecord } from './client';
import { fetchTracks } from '../look/source';

/**
 * Makes the folder for what the demo makes, before it makes anything: a film that could be stored nowhere would be in vain.
 * @throws Error with a sentence where nothing can be written there
 */
export function prepareFolder(folder: string): void {
  try {
    makeFolder(folder);
    // Fails for a file as well: it has no entry of that name.
    accessSync(`${folder}${path.sep}.`, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(`--out: nothing can be written to ${folder} (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** One by one: Node's own recursive mkdir never returns under /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

/** Fetches everything the two jobs made into `folder` and returns the names written, each file checked by its digest. */
export async function downloadResults(
  client: ApiClient,
  jobs: { creation: Job; output: Job },
  folder: string,
): Promise<string[]> {
  const assets = { ...assetsOf(jobs), 'storyboard.json': await storyboardOf(client, jobs.output.job_id) };
  const written: string[] = [];
  for (const [name, asset] of Object.entries(assets)) {
    if (asset === undefined) continue;
    await writeFile(path.join(folder, name), await fetchChecked(client, asset));
    written.push(name);
  }
  const jobId = jobs.output.job_id;
  const timeline = await client.get<Timeline>(`/v1/jobs/${jobId}/timeline`);
  await writeFile(path.join(folder, 'timeline.json'), `${JSON.stringify(timeline, null, 2)}\n`);
  const tracks = await fetchTracks(client, { jobId, scenes: timeline.scenes.length });
  for (const [at, track] of tracks.entries())
    if (track) await writeFile(path.join(folder, `face-track-${at + 1}.json`), JSON.stringify(track));
  return [...written, 'timeline.json'];
}

function assetsOf({ creation, output }: { creation: Job; output: Job }): Record<string, Asset | undefined> {
  const captions = output.result?.captions ?? [];
  return {
    'video.mp4': output.result?.video,
    'rough-cut.mp4': output.result?.rough_cut,
    'poster.jpg': output.result?.poster,
    ...Object.fromEntries(captions.map(({ format, asset }) => [`captions.${format}`, asset])),
    'neutral.png': creation.result?.neutral_image,
    'character-sheet.png': creation.result?.character_sheet,
    'manifest.json': output.result?.manifest,
  };
}

/** The storyboard is no part of the result; its stage's record names the asset. */
async function storyboardOf(client: ApiClient, jobId: string): Promise<Asset | undefined> {
  const { stages } = await client.get<{ stages: StageRecord[] }>(`/v1/jobs/${jobId}/stages`);
  const record = stages.filter((stage) => stage.stage === 'storyboard' && stage.current !== false).at(-1);
  const asset = record?.assets.find(({ kind }) => kind === 'storyboard');
  return asset === undefined ? undefined : client.get<Asset>(`/v1/assets/${asset.asset_id}`);
}

async function fetchChecked(client: ApiClient, asset: Asset): Promise<Buffer> {
  const bytes = await client.download(asset);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== asset.sha256) throw new Error(`asset ${asset.asset_id} arrived damaged`);
  return bytes;
}
