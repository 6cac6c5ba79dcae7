import { rm } from 'node:fs/promises';
import type { Print } from './print';
import { startProductProcesses } from './stack/product';
import { rotateLogs } from './stack/product-processes';
import { provideDatabase, provideTemporal } from './stack/servers';
import type { Database, Orchestrator, Ports, ServerContext } from './stack/servers';
import { publishStack, withdrawStack } from './stack/stack-file';
import type { StackDescription, StackKind } from './stack/stack-file';
import { openState } from './stack/state';
import type { StatePaths } from './stack/state';
import { letGo, ProcessList, takeOver } from './stack/supervisor-lock';
import type { Supervised } from './stack/keep-running';
import { ensureTool } from './tools/ensure-tool';

export interface StackOptions {
  /** Keeps everything: database, assets, secrets, logs. */
  stateDir: string;
  /** True removes `stateDir` at the end. */
  ephemeral: boolean;
  kind: StackKind;
  /** Where scripts look for the running stack. */
  stackFile: string;
  print: Print;
  /** Passed on to API and worker; DATABASE_URL and TEMPORAL_ADDRESS in it replace the embedded servers. */
  env: NodeJS.ProcessEnv;
  ports?: Partial<Ports>;
}

export interface Stack {
  description: StackDescription;
  /** Ends everything, in ten seconds at most, and withdraws the stack file. */
  stop(): Promise<void>;
}

const USUAL_PORTS: Ports = { api: 8080, temporal: 7233, temporalUi: 8233, postgres: 5433 };

/**
 * Starts Postgres, the Temporal dev server, API and workers, each a process of its own that is started again when it
 * dies, and returns when the API is ready. Throws, with everything stopped again, when a part cannot be started.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { paths, secrets } = await openState(options.stateDir);
  await takeOver(paths, options.print);
  await withdrawStack(options.stackFile);
  rotateLogs(paths.logs);
  const context: ServerContext = {
    paths,
    secrets,
    ports: { ...USUAL_PORTS, ...options.ports },
    env: options.env,
    durable: !options.ephemeral,
    print: options.print,
    processes: new ProcessList(paths.processes),
  };
  const parts = new RunningParts(options, paths);
  try {
    const description = await startParts(context, parts);
    const published = await publishStack(options.stackFile, description, options.kind);
    if (!published) options.print(`${options.stackFile} is left to the stack that already runs`);
    return { description, stop: () => parts.stop() };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function startParts(context: ServerContext, parts: RunningParts): Promise<StackDescription> {
  const tool = { print: context.print, env: context.env };
  const ffmpeg = await ensureTool('ffmpeg', tool);
  const [database, temporal] = await parts.startServers(context, () => ensureTool('temporal', tool));
  const product = await startProductProcesses(context, { database, temporal, ffmpeg });
  parts.product = product.supervised;
  return {
    api_url: product.apiUrl,
    temporal_ui_url: temporal.uiUrl,
    temporal_address: temporal.address,
    namespace: temporal.namespace,
    database_url: database.url,
    tenants: context.secrets.tokens,
    callback_secrets: { default: context.env['CALLBACK_SECRET_DEFAULT'] || context.secrets.callback_secret },
  };
}

/** What runs, in the order in which it has to end. */
class RunningParts {
  product: Supervised[] = [];
  private database: Database | null = null;
  private temporal: Orchestrator | null = null;
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly options: StackOptions,
    private readonly paths: StatePaths,
  ) {}

  /** Both at once; when one fails, the other is known by then and can be stopped. */
  async startServers(context: ServerContext, cli: () => Promise<string>): Promise<[Database, Orchestrator]> {
    const [database, temporal] = await Promise.allSettled([
      provideDatabase(context),
      provideTemporal(context, cli),
    ]);
    if (database.status === 'fulfilled') this.database = database.value;
    if (temporal.status === 'fulfilled') this.temporal = temporal.value;
    if (database.status === 'rejected') throw database.reason;
    if (temporal.status === 'rejected') throw temporal.reason;
    return [database.value, temporal.value];
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    await withdrawStack(this.options.stackFile);
    await Promise.all(this.product.map((part) => part.stop()));
    await Promise.all([this.database?.supervised?.stop(), this.temporal?.supervised?.stop()]);
    await letGo(this.paths);
    if (!this.options.ephemeral) return;
    await this.database?.remove();
    await rm(this.paths.root, { recursive: true, force: true });
  }
}
