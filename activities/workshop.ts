import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { activityInfo, cancellationDetails, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { WorkContext } from '../adapters/capabilities/adapter';
import { canonicalJson } from '../contracts/digest';
import type { AssetKind, AssetRef } from '../contracts/media';
import type { StageTask } from '../contracts/plan';
import type { JobFacts } from '../db/job-state';
import { keepAsset } from '../db/assets';
import type { StepAsset } from '../db/steps';
import type { Deps } from './deps';
import { runOperation } from './operations/run-operation';
import type { Shop } from './operations/shop';

const HEARTBEAT_MS = 2_000;

/** One attempt's place of work: a scratch folder, the assets it opens and leaves, and the heartbeat that keeps it alive. */
export interface Workshop {
  context: WorkContext;
  assets(): StepAsset[];
  /** Aborts the work, as if the job were cancelled. */
  abandon(): void;
  close(): Promise<void>;
}

/** For whom and for what a workshop is opened. */
export interface WorkshopPlace {
  job: JobFacts;
  task: StageTask;
  family: string | null;
  capability: string | null;
  execution_key: string;
}

export function openWorkshop(deps: Deps, place: WorkshopPlace): Workshop {
  const { tenant } = place.job;
  const folder = lazyFolder(deps.scratch);
  const left = new Map<string, StepAsset>();
  const pulse = startPulse(place.task, place.family);
  const { signal, abandon } = followCancellation();
  const store = async (kind: AssetKind, file: { path: string; content_type: string }): Promise<AssetRef> => {
    const asset = await storeFile(deps, tenant, file);
    left.set(`${kind} ${asset.asset_id}`, { kind, asset_id: asset.asset_id });
    return asset;
  };
  const context: WorkContext = {
    get dir() {
      return folder.path();
    },
    get signal() {
      return signal();
    },
    open: createOpener(deps, tenant, folder),
    store,
    storeJson: async (kind, value) => {
      const file = path.join(folder.path(), `${kind}-${left.size}.json`);
      await writeFile(file, canonicalJson(value));
      return store(kind, { path: file, content_type: 'application/json' });
    },
    operate: (operation) => runOperation(shopOf(deps, place, context), operation),
    progress: pulse.progress,
  };
  const close = (): Promise<void> => {
    pulse.stop();
    return folder.remove();
  };
  return { context, assets: () => [...left.values()], abandon, close };
}

/** The activity's own cancellation, or ours. Much work never looks at it, so it is made when somebody does. */
function followCancellation(): { signal(): AbortSignal; abandon(): void } {
  const outer = cancellationSignal();
  let own: AbortController | null = null;
  const follow = (): AbortController => {
    const made = new AbortController();
    const abort = (): void => made.abort(outer.reason);
    if (outer.aborted) abort();
    else outer.addEventListener('abort', abort, { once: true });
    return made;
  };
  const controller = (): AbortController => (own ??= follow());
  return { signal: () => controller().signal, abandon: () => controller().abort(outer.reason) };
}

/** The place of paid work: what the workshop has, and whose money it is. */
function shopOf(deps: Deps, place: WorkshopPlace, context: WorkContext): Shop {
  const { job, task, execution_key } = place;
  return {
    ...{ deps, job, task, execution_key },
    capability: place.capability ?? task.stage,
    signal: context.signal,
    isCancelled: () => context.signal.aborted && cancellationDetails()?.cancelRequested === true,
    dir: () => context.dir,
    open: (asset) => context.open(asset),
    store: (kind, file) => context.store(kind, file),
    progress: (percent, note) => context.progress(percent, note),
  };
}

interface LazyFolder {
  path(): string;
  remove(): Promise<void>;
}

/** Many stages only move references about, so the folder is made when somebody asks for it. */
function lazyFolder(parent: string): LazyFolder {
  let made: string | null = null;
  const make = (): string => {
    mkdirSync(parent, { recursive: true });
    return mkdtempSync(path.join(parent, `${process.pid}-`));
  };
  return {
    path: () => (made ??= make()),
    remove: () => (made === null ? Promise.resolve() : rm(made, { recursive: true, force: true })),
  };
}

/** Opens each asset once per attempt, under a name that keeps its type visible to programs that look at it. */
function createOpener(deps: Deps, tenant: string, folder: LazyFolder): WorkContext['open'] {
  const opened = new Map<string, Promise<string>>();
  const fetch = async (asset: AssetRef): Promise<string> => {
    const file = path.join(folder.path(), `in-${asset.sha256.slice(0, 24)}${extensionOf(asset.content_type)}`);
    await deps.store.toFile({ tenant, sha256: asset.sha256 }, file);
    return file;
  };
  return (asset) => {
    const known = opened.get(asset.sha256) ?? fetch(asset);
    opened.set(asset.sha256, known);
    return known;
  };
}

const EXTENSIONS: Record<string, string> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'audio/wav': '.wav',
  'video/mp4': '.mp4',
  'application/json': '.json',
  'text/vtt': '.vtt',
  'application/x-subrip': '.srt',
};

function extensionOf(contentType: string): string {
  return EXTENSIONS[contentType] ?? '';
}

async function storeFile(deps: Deps, tenant: string, file: { path: string; content_type: string }): Promise<AssetRef> {
  const { sha256, bytes } = await deps.store.put(tenant, { path: file.path }, { content_type: file.content_type });
  const { asset_id } = await keepAsset(deps.pool, deps.store, {
    asset_id: deps.newId('asset'),
    tenant,
    sha256,
    bytes,
    content_type: file.content_type,
    now: deps.now(),
  });
  return { asset_id, sha256, content_type: file.content_type, bytes };
}

/** Heartbeats on a timer, so that a killed worker is noticed within seconds and cancellation reaches long work. */
function startPulse(task: StageTask, family: string | null): { progress: WorkContext['progress']; stop(): void } {
  const detail: Record<string, unknown> = { stage: task.stage, attempt: activityInfo().attempt };
  if (family) detail['provider'] = family;
  const beat = (): void => heartbeat(detail);
  const timer = setInterval(beat, HEARTBEAT_MS);
  return {
    progress: (percent, note) => {
      detail['progress'] = `${Math.round(percent)} %`;
      if (note) detail['note'] = note;
      beat();
    },
    stop: () => clearInterval(timer),
  };
}
