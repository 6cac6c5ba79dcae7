import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../config';
import { migrate } from '../db/migrate';
import { createApp } from './app';
import { createDeps } from './create-deps';
import type { ApiDeps } from './deps';
import { serverOf } from './serve';
import { Sweep } from './sweep';

/** Long polls are woken, requests under way may end; then their connections are cut. */
const STOP_GRACE_MS = 3_000;
const MIGRATE_ATTEMPTS = 30;

/** Runs the API until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const publicUrl = (): string => config.PUBLIC_URL ?? `http://127.0.0.1:${portOf(server)}`;
  const deps = createDeps(config, publicUrl);
  await migrateWhenReady(deps);
  const server = serverOf(createApp(deps));
  // Above the usual minute of load balancers, so that they close idle connections first.
  server.keepAliveTimeout = 65_000;
  server.listen(config.API_PORT, config.API_HOST);
  await once(server, 'listening');
  const sweep = new Sweep(deps);
  sweep.start();
  deps.log.info({ url: publicUrl() }, 'the API listens');
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await stop(server, deps, sweep);
}

function portOf(server: Server): number {
  // Wire parsing: a TCP server's address is never a string.
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

/** Postgres may still be starting beside us. */
async function migrateWhenReady({ pool, log }: ApiDeps): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const applied = await migrate(pool);
      if (applied.length > 0) log.info({ applied }, 'migrated');
      return;
    } catch (error) {
      if (attempt === MIGRATE_ATTEMPTS) throw error;
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the database cannot be migrated yet');
      await delay(1_000);
    }
  }
}

async function stop(server: Server, deps: ApiDeps, sweep: Sweep): Promise<void> {
  deps.watcher.stop();
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await Promise.race([closed, delay(STOP_GRACE_MS, undefined, { ref: false })]);
  server.closeAllConnections();
  await sweep.stop();
  await deps.launcher.close();
  await deps.pool.end();
  process.exit(0);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
