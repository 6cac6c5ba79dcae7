import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { projectRoot } from '../../contracts/project-root';
import { findPort } from '../../dev/process/ports';

/** A server process under load. */
export interface Contender {
  name: string;
  url: string;
  child: ChildProcess;
  token: string;
}

const TOKEN = 'ust_bench';

export async function startRowOnly(databaseUrl: string): Promise<Contender> {
  const child = start('bench/accept/row-only.js', { DATABASE_URL: databaseUrl });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { name: 'row only', url: `http://127.0.0.1:${line.toString().trim()}`, child, token: TOKEN };
}

/** The production API. With a closed port as Temporal's address the starts are held and only accepting is measured. */
export async function startProduct(name: string, settings: { databaseUrl: string; temporal: string; folder: string }): Promise<Contender> {
  const tokens = path.join(settings.folder, 'bench-tokens.json');
  await writeFile(tokens, JSON.stringify({ demo: { backend: [createHash('sha256').update(TOKEN).digest('hex')] } }));
  const port = await findPort(0);
  const child = start('api/main.js', {
    DATABASE_URL: settings.databaseUrl,
    TEMPORAL_ADDRESS: settings.temporal,
    SERVICE_TOKENS_FILE: tokens,
    ASSET_DIR: path.join(settings.folder, 'bench-assets'),
    ASSET_URL_SECRET: 'a secret for the bench',
    API_PORT: String(port),
    LOG_LEVEL: 'warn',
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(url))) await pause(50);
  return { name, url, child, token: TOKEN };
}

function start(script: string, env: Record<string, string>): ChildProcess {
  const file = path.join(projectRoot(), 'dist', script);
  return spawn(process.execPath, [file], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  );
}
