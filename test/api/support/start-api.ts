import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createApp } from '../../../api/app';
import { createDeps } from '../../../api/create-deps';
import type { ApiDeps } from '../../../api/deps';
import { serverOf } from '../../../api/serve';
import { loadConfig, type Environment } from '../../../config';
import type { Role } from '../../../contracts/vocabulary';
import { createTestDatabase } from '../../setup/database';

export interface TestApi {
  url: string;
  deps: ApiDeps;
  databaseUrl: string;
  /** Service tokens in clear, of the tenants demo and other. */
  token(tenant: 'demo' | 'other', role: Role): string;
  stop(): Promise<void>;
}

const ROLES: Role[] = ['backend', 'reviewer', 'operator'];
const tokenOf = (tenant: string, role: Role): string => `ust_${tenant}_${role}`;

/**
 * The API on a free port, with a database and a folder of its own. Temporal's address is a closed port unless one is
 * given: accepting works the same without it.
 */
export async function startApi(environment: Environment = {}): Promise<TestApi> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'understudy-api-'));
  const tokensFile = path.join(folder, 'tokens.json');
  writeFileSync(tokensFile, JSON.stringify(digests()));
  const config = loadConfig({
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    SERVICE_TOKENS_FILE: tokensFile,
    ASSET_DIR: path.join(folder, 'assets'),
    ASSET_URL_SECRET: 'a secret of the test run',
    CALLBACK_SECRET_DEFAULT: 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=',
    LOG_LEVEL: 'silent',
    ...environment,
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const deps = createDeps(config, url);
  const server = serverOf(createApp(deps));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    deps.watcher.stop();
    server.closeAllConnections();
    server.close();
    await deps.launcher.close();
    await deps.pool.end();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: url(), deps, databaseUrl: database.url, token: tokenOf, stop };
}

function digests(): Record<string, Record<string, string[]>> {
  const roles = (tenant: string) =>
    Object.fromEntries(ROLES.map((role) => [role, [createHash('sha256').update(tokenOf(tenant, role)).digest('hex')]]));
  return { demo: roles('demo'), other: roles('other') };
}
