import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../contracts/project-root';
import { asksForUsage, readArguments, USAGE } from './demo/arguments';
import type { DemoArguments } from './demo/arguments';
import { checkScript } from './demo/check-script';
import { ApiClient } from './demo/client';
import { downloadResults, prepareFolder } from './demo/files';
import { followJob } from './demo/follow';
import { ProgressLine } from './demo/progress';
import { creationRequest, outputRequest } from './demo/requests';
import { createEphemeralFolder, sweepEphemeralFolders } from './ephemeral';
import { startedOrStopped, stopOnSignal } from './process/stop-on-signal';
import { startStack } from './stack';
import type { Stack } from './stack';

const print = (line: string) => console.log(line);

/** What would bind the demo's own stack to another one, or to a cloud; providers and their keys are passed on. */
const OWN_STACK =
  /^(DATABASE_URL|TEMPORAL_(ADDRESS|NAMESPACE|API_KEY|TLS|UI_URL)|S3_|API_(HOST|PORT)$|PUBLIC_URL|SERVICE_TOKENS|ASSET_|WORKER_ROLES)/;

/** `npm run demo`: from a photo and a script to a finished film, through the real HTTP API of a stack of its own. */
async function main(): Promise<number> {
  const given = process.argv.slice(2);
  if (asksForUsage(given)) {
    print(USAGE);
    return 0;
  }
  const options = readArguments(given);
  await checkScript(options);
  prepareFolder(options.out);
  const abort = stopOnSignal(print);
  await sweepEphemeralFolders();
  const stateDir = await createEphemeralFolder();
  print('Starting Postgres, Temporal, the API and a worker …');
  const starting = startStack({
    stateDir,
    ephemeral: true,
    kind: 'demo',
    stackFile: path.join(projectRoot(), '.data', 'stack.json'),
    print,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN_STACK.test(name))),
    ports: { api: 0, temporal: 0, temporalUi: 0, postgres: 0 },
  });
  const stack = await startedOrStopped(starting, abort);
  if (stack === null) return 130;
  try {
    const made = await Promise.race([makeFilm(stack, options).then(() => true), abort]);
    return made === true ? 0 : 130;
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    await cp(path.join(stateDir, 'log'), path.join(options.out, 'log'), { recursive: true }).catch(
      () => undefined,
    );
    console.error(`What API and worker said: ${path.join(options.out, 'log')}`);
    return 1;
  } finally {
    await stack.stop();
  }
}

async function makeFilm(stack: Stack, options: DemoArguments): Promise<void> {
  const { api_url, temporal_ui_url, tenants } = stack.description;
  print(`API ${api_url}, Temporal Web UI ${temporal_ui_url}`);
  const client = new ApiClient(api_url, tenants['demo']?.backend ?? '');
  const startedAt = Date.now();
  const creation = await run(client, `Avatar from ${options.photo}`, await creationRequest(client, options));
  const film = await outputRequest(creation.result?.avatar_id ?? '', options);
  const output = await run(client, `Film, ${options.mode}, ${options.aspect}, ${options.resolution}`, film);
  const files = await downloadResults(client, { creation, output }, options.out);
  const video = output.result?.video;
  print('');
  if (video !== undefined) {
    print(
      `${(video.duration_ms / 1000).toFixed(1)} s of film, ${video.width}x${video.height}, made in ${seconds(startedAt)} s:`,
    );
  }
  for (const name of files) print(`  ${path.join(options.out, name)}`);
}

async function run(client: ApiClient, title: string, request: Record<string, unknown>) {
  print('');
  print(title);
  const { job_id } = await client.submit(request);
  return followJob(client, job_id, new ProgressLine(process.stdout));
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
