import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readLogFrom } from '../process/log';
import { findPort } from '../process/ports';
import { lastLines } from '../run-command';
import { voicesFolder } from '../tools/ensure-tool';
import { keepRunning } from './keep-running';
import type { Supervised } from './keep-running';
import { startProduct } from './product-processes';
import type { Database, Orchestrator, ServerContext } from './servers';

const READY_TIMEOUT_MS = 120_000;
const CHECK_EVERY_MS = 50;
/** So many ends before it was ever ready mean that it cannot start at all. */
const HOPELESS_RESTARTS = 4;

export interface Product {
  apiUrl: string;
  supervised: Supervised[];
}

/** What API and worker share; everything else of our own environment is passed on. */
export interface ProductParts {
  database: Database;
  temporal: Orchestrator;
  ffmpeg: string;
}

/** Starts API and worker and returns when the API answers; both are kept running from then on. */
export async function startProductProcesses(context: ServerContext, parts: ProductParts): Promise<Product> {
  const { paths, print, processes } = context;
  const place = { port: await findPort(context.ports.api), ready: false };
  const startApi = async () => {
    // Somebody may take the port before the API listens; afterwards it stays, because others know it.
    if (!place.ready) place.port = await findPort(place.port);
    const service = await startProduct('api', productEnvironment(context, parts, place.port), paths.logs);
    await processes.note('api', service.identity);
    return service;
  };
  const api = await keepRunning({ name: 'api', print, start: startApi });
  try {
    await untilReady(context, api, () => urlOf(place.port));
    place.ready = true;
    const startWorker = async () => {
      const service = await startProduct(
        'worker',
        productEnvironment(context, parts, place.port),
        paths.logs,
      );
      await processes.note('worker', service.identity);
      return service;
    };
    const worker = await keepRunning({ name: 'worker', print, start: startWorker });
    return { apiUrl: urlOf(place.port), supervised: [api, worker] };
  } catch (error) {
    await api.stop();
    throw error;
  }
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function productEnvironment(context: ServerContext, parts: ProductParts, apiPort: number): NodeJS.ProcessEnv {
  const { env, paths, secrets } = context;
  return {
    NODE_ENV: 'production',
    ASSET_URL_SECRET: secrets.asset_url_secret,
    CALLBACK_SECRET_DEFAULT: secrets.callback_secret,
    SERVICE_TOKENS_FILE: paths.tokensFile,
    PUBLIC_URL: urlOf(apiPort),
    ASSET_DIR: paths.assets,
    LOCAL_VOICES_DIR: voicesFolder(env),
    LOCAL_SPEECH_CACHE_DIR: path.join(path.dirname(paths.assets), 'speech'),
    ...withoutEmpty(env),
    API_PORT: String(apiPort),
    DATABASE_URL: parts.database.url,
    TEMPORAL_ADDRESS: parts.temporal.address,
    TEMPORAL_NAMESPACE: parts.temporal.namespace,
    ...(parts.temporal.uiUrl === null ? {} : { TEMPORAL_UI_URL: parts.temporal.uiUrl }),
    FFMPEG_PATH: parts.ffmpeg,
  };
}

function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}

async function untilReady(context: ServerContext, api: Supervised, url: () => string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline && api.restarts() < HOPELESS_RESTARTS) {
    if (await isOurs(url(), context.secrets.tokens['demo']?.operator ?? '')) return;
    await delay(CHECK_EVERY_MS);
  }
  const log = await readLogFrom(path.join(context.paths.logs, 'api.log'), 0);
  throw new Error(`The API does not become ready; its last lines:\n${lastLines(log, 12)}`);
}

/** Ready, and not another Understudy on the same port: that one would not know our token. */
async function isOurs(url: string, token: string): Promise<boolean> {
  try {
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await ready.arrayBuffer();
    if (ready.status !== 200) return false;
    const headers = { authorization: `Bearer ${token}` };
    const jobs = await fetch(`${url}/v1/jobs?limit=1`, { headers, signal: AbortSignal.timeout(5_000) });
    await jobs.arrayBuffer();
    return jobs.status !== 401;
  } catch {
    return false;
  }
}
