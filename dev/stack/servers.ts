import path from 'node:path';
import type { Print } from '../print';
import { startPostgres } from '../postgres';
import type { RunningPostgres } from '../postgres';
import { NAMESPACE, startTemporalServer } from '../temporal-server';
import type { RunningTemporal } from '../temporal-server';
import { keepRunning } from './keep-running';
import type { Supervised } from './keep-running';
import type { Secrets, StatePaths } from './state';
import type { ProcessList } from './supervisor-lock';

/** First ports to try; 0 lets the system choose. */
export interface Ports {
  api: number;
  temporal: number;
  temporalUi: number;
  postgres: number;
}

export interface ServerContext {
  paths: StatePaths;
  secrets: Secrets;
  ports: Ports;
  env: NodeJS.ProcessEnv;
  /** False for a state that is thrown away. */
  durable: boolean;
  print: Print;
  processes: ProcessList;
}

export interface Database {
  url: string;
  /** Null when DATABASE_URL names somebody else's. */
  supervised: Supervised | null;
  remove(): Promise<void>;
}

export interface Orchestrator {
  address: string;
  namespace: string;
  uiUrl: string | null;
  /** Null when TEMPORAL_ADDRESS names somebody else's. */
  supervised: Supervised | null;
}

/** DATABASE_URL, or the embedded Postgres, kept running on one port. */
export async function provideDatabase(context: ServerContext): Promise<Database> {
  const given = context.env['DATABASE_URL'];
  if (given) return { url: given, supervised: null, remove: () => Promise.resolve() };
  const { paths, secrets, print, durable } = context;
  const known: { first: RunningPostgres | null } = { first: null };
  const start = async () => {
    const port = known.first?.port ?? context.ports.postgres;
    const options = { stateDir: paths.root, port, password: secrets.database_password, print, durable };
    const server = await startPostgres(options);
    await mustKeepPort(server, known.first);
    known.first ??= server;
    await context.processes.note('postgres', server.identity);
    return server;
  };
  const supervised = await keepRunning({ name: 'postgres', print, start });
  const { url, remove } = mustHave(known.first);
  return { url, supervised, remove };
}

/** TEMPORAL_ADDRESS, or the embedded dev server, kept running on one port. */
export async function provideTemporal(
  context: ServerContext,
  cli: () => Promise<string>,
): Promise<Orchestrator> {
  const { env, paths, print } = context;
  const namespace = env['TEMPORAL_NAMESPACE'] || NAMESPACE;
  const address = env['TEMPORAL_ADDRESS'];
  if (address) return { address, namespace, uiUrl: env['TEMPORAL_UI_URL'] || null, supervised: null };
  const program = await cli();
  const known: { first: RunningTemporal | null } = { first: null };
  const start = async () => {
    const server = await startTemporalServer({
      cli: program,
      dbFile: paths.temporalDb,
      logFile: path.join(paths.logs, 'temporal.log'),
      port: known.first?.port ?? context.ports.temporal,
      uiPort: known.first?.uiPort ?? context.ports.temporalUi,
    });
    await mustKeepPort(server, known.first);
    known.first ??= server;
    await context.processes.note('temporal', server.identity);
    return server;
  };
  const supervised = await keepRunning({ name: 'temporal', print, start });
  const server = mustHave(known.first);
  return { address: server.address, namespace: NAMESPACE, uiUrl: server.uiUrl, supervised };
}

interface OnPort {
  port: number;
  stop(): Promise<void>;
}

/** The others know a server by its port, so after a restart it has to be the same one. */
async function mustKeepPort(server: OnPort, first: OnPort | null): Promise<void> {
  if (first === null || first.port === server.port) return;
  await server.stop();
  throw new Error(`port ${first.port} is taken by another program`);
}

function mustHave<T>(value: T | null): T {
  if (value === null) throw new Error('the first start left no server');
  return value;
}
