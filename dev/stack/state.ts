import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROLES } from '../../contracts/vocabulary';
import type { Role } from '../../contracts/vocabulary';

export const TENANTS = ['demo', 'other'] as const;

/** Service tokens in clear, by tenant and role. */
export type Tokens = Record<string, Record<Role, string>>;

/** What is made once for a state folder and must stay the same over restarts. */
export interface Secrets {
  database_password: string;
  asset_url_secret: string;
  /** Signs callbacks (Standard Webhooks: `whsec_` and 24 to 64 bytes in base64). */
  callback_secret: string;
  tokens: Tokens;
}

/** Every path inside a state folder that the stack uses. */
export interface StatePaths {
  root: string;
  assets: string;
  logs: string;
  temporalDb: string;
  /** JSON: tenant, role, list of SHA-256 digests in hex; what the API reads. */
  tokensFile: string;
  secrets: string;
  processes: string;
  supervisor: string;
}

export function statePaths(root: string): StatePaths {
  return {
    root,
    assets: path.join(root, 'assets'),
    logs: path.join(root, 'log'),
    temporalDb: path.join(root, 'temporal.db'),
    tokensFile: path.join(root, 'service-tokens.json'),
    secrets: path.join(root, 'secrets.json'),
    processes: path.join(root, 'processes.json'),
    supervisor: path.join(root, 'supervisor.json'),
  };
}

/** Makes what is missing of a state folder. It may be passed through, for Postgres' own account; its files are closed. */
export async function openState(root: string): Promise<{ paths: StatePaths; secrets: Secrets }> {
  const paths = statePaths(path.resolve(root));
  await mkdir(paths.root, { recursive: true, mode: 0o711 });
  for (const folder of [paths.assets, paths.logs]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const secrets = await loadSecrets(paths.secrets);
  await writePrivately(paths.tokensFile, digestsOf(secrets.tokens));
  return { paths, secrets };
}

async function loadSecrets(file: string): Promise<Secrets> {
  // Wire parsing: a file that only this function writes.
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Secrets;
  const secrets: Secrets = {
    database_password: randomBytes(24).toString('hex'),
    asset_url_secret: randomBytes(32).toString('hex'),
    callback_secret: `whsec_${randomBytes(32).toString('base64')}`,
    tokens: Object.fromEntries(TENANTS.map((tenant) => [tenant, newTokens()])),
  };
  await writePrivately(file, secrets);
  return secrets;
}

function newTokens(): Record<Role, string> {
  const token = () => `ust_${randomBytes(32).toString('base64url')}`;
  return { backend: token(), reviewer: token(), operator: token() };
}

function digestsOf(tokens: Tokens): Record<string, Record<string, string[]>> {
  const digest = (token: string) => createHash('sha256').update(token).digest('hex');
  const byRole = (of: Record<Role, string>) =>
    Object.fromEntries(ROLES.map((role) => [role, [digest(of[role])]]));
  return Object.fromEntries(Object.entries(tokens).map(([tenant, of]) => [tenant, byRole(of)]));
}

/** Writes JSON for the owner's eyes only, by rename, so that a reader never sees half of it. */
export async function writePrivately(file: string, value: unknown): Promise<void> {
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(fresh, file);
}
