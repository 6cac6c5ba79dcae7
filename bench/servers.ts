import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { migrate } from '../db/migrate';
import { createPool } from '../db/pool';
import { createEphemeralFolder } from '../dev/ephemeral';
import { startPostgres } from '../dev/postgres';
import { startTemporalServer, type RunningTemporal } from '../dev/temporal-server';
import { ensureTool } from '../dev/tools/ensure-tool';
import { rm } from 'node:fs/promises';

export interface BenchServers {
  temporal: RunningTemporal;
  databaseUrl: string;
  ffmpegPath: string;
  folder: string;
  stop(): Promise<void>;
}

/** Postgres and Temporal as `npm start` runs them, on a file and durable, in a folder that goes away. */
export async function startServers(print: (line: string) => void): Promise<BenchServers> {
  const ffmpegPath = await ensureTool('ffmpeg', { print });
  const cli = await ensureTool('temporal', { print });
  const folder = await createEphemeralFolder();
  const postgres = await startPostgres({ stateDir: folder, port: 0, password: randomBytes(18).toString('hex'), print, durable: true });
  const temporal = await startTemporalServer({ cli, dbFile: path.join(folder, 'temporal.db'), logFile: path.join(folder, 'temporal.log'), port: 0, uiPort: null });
  const pool = createPool(postgres.url, 1);
  await migrate(pool);
  await pool.end();
  const stop = async (): Promise<void> => {
    await temporal.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { temporal, databaseUrl: postgres.url, ffmpegPath, folder, stop };
}
