import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CAPABILITIES, type CapabilityName } from './adapters/capabilities/adapter';
import { isLoopback } from './contracts/parse-url';
import { Secret } from './contracts/secret';
import { QUEUES } from './contracts/vocabulary';

const QUEUE_LIST = list(z.enum(QUEUES));

/** The only reader of the environment. Every name stands here once; README.md lists them from this table. */
const SCHEMA = z.object({
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  PUBLIC_URL: z.url().optional(),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'a postgres:// URL'),
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_API_KEY: z.string().optional(),
  TEMPORAL_TLS: z.stringbool().default(false),
  TEMPORAL_UI_URL: z.url().optional(),
  S3_BUCKET: z.string().optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ENDPOINT: z.url().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  ASSET_DIR: z.string().default('.data/assets'),
  ASSET_URL_SECRET: z.string().min(16).optional(),
  ASSET_URL_TTL_MS: z.coerce.number().int().min(1_000).max(604_800_000).default(3_600_000),
  SERVICE_TOKENS_FILE: z.string().optional(),
  WORKER_ROLES: QUEUE_LIST.default([...QUEUES]),
  MEDIA_SLOTS: z.coerce.number().int().min(1).max(64).optional(),
  SHUTDOWN_GRACE_MS: z.coerce.number().int().min(0).max(600_000).default(30_000),
  PROVIDER_SLOTS: z.coerce.number().int().min(1).max(1_000).default(100),
  CALLBACK_ALLOW_HOSTS: list(z.string()).default([]),
  CALLBACK_RETRY_DELAYS_MS: list(z.coerce.number().int().min(0)).optional(),
  JOB_BUDGET_MICRO_USD: z.coerce.number().int().min(0).optional(),
  TENANT_DAY_BUDGET_MICRO_USD: z.coerce.number().int().min(0).optional(),
  RESUBMIT_BELOW_MICRO_USD: z.coerce.number().int().min(0).default(50_000),
  RECONCILE_WAIT_MS: z.coerce.number().int().min(0).max(86_400_000).default(120_000),
  PROVIDER_POLL_MS: z.coerce.number().int().min(10).max(600_000).default(2_000),
  ERASE_GRACE_MS: z.coerce.number().int().min(0).max(2_592_000_000).default(900_000),
  ORPHAN_AFTER_MS: z.coerce.number().int().min(3_600_000).default(604_800_000),
  KEEP_EVENTS_MS: z.coerce.number().int().min(86_400_000).optional(),
  KEEP_INTERMEDIATES_MS: z.coerce.number().int().min(86_400_000).optional(),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).optional(),
  FFMPEG_PATH: z.string().default('ffmpeg'),
  LOCAL_IDENTITY_CHECK: z.enum(['on', 'off']).default('on'),
  LOCAL_TTS: z.enum(['auto', 'sherpa', 'rhvoice', 'flite']).default('auto'),
  LOCAL_VOICES_DIR: z.string().default('.cache/tools/voices'),
  LOCAL_SPEECH_CACHE_DIR: z.string().default('.data/speech'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Environment = Record<string, string | undefined>;
export type Config = z.infer<typeof SCHEMA> & {
  /** Accounts by provider family, for each family with a key. */
  accounts: Record<string, Account>;
  /** Ordered provider families by capability, from `SPEECH_PROVIDERS` and its like. */
  providers: Record<CapabilityName, string[]>;
  /** Callback signing secrets by upper-cased reference; the first of each signs first. */
  callbackSecrets: Record<string, string[]>;
};

/** What the environment says about a provider's account: `OPENAI_API_KEY`, `OPENAI_BASE_URL` and so on. */
const ACCOUNT_FIELDS = {
  BASE_URL: z
    .url()
    .refine((text) => text.startsWith('https://') || isLoopback(text), 'https, or http on this machine')
    .nullable()
    .default(null),
  MAX_IN_FLIGHT: z.coerce.number().int().min(1).max(10_000).nullable().default(null),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).nullable().default(null),
  TARIFF_FILE: z.string().nullable().default(null),
};

export interface Account {
  api_key: Secret;
  base_url: string | null;
  max_in_flight: number | null;
  requests_per_minute: number | null;
  tariff_file: string | null;
}

/** Names of the settings, for the README's table and the compose file's test. */
export const CONFIG_NAMES: string[] = Object.keys(SCHEMA.shape);

/** `LIPSYNC_PROVIDERS` for `lip_sync`, `BROLL_PROVIDERS` for `broll`. */
export function providerVariable(capability: CapabilityName): string {
  return `${capability.replaceAll('_', '').toUpperCase()}_PROVIDERS`;
}

/**
 * Reads and checks the whole environment once. `NAME_FILE` gives the value of NAME from a file, for secrets.
 * @throws Error naming each variable that is missing or wrong, never a value.
 */
export function loadConfig(environment: Environment): Config {
  const resolved = resolveFiles(environment);
  const parsed = SCHEMA.safeParse(withoutEmpty(resolved));
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not complete:\n${lines.join('\n')}`);
  }
  return { ...parsed.data, providers: readProviders(withoutEmpty(resolved)), accounts: readAccounts(resolved), callbackSecrets: readSecrets(resolved) };
}

function readAccounts(environment: Environment): Record<string, Account> {
  const families = Object.entries(environment).flatMap(([name, value]) => {
    const family = /^([A-Z0-9]+)_API_KEY$/.exec(name)?.[1];
    return family && value && family !== 'TEMPORAL' ? [[family, value] as const] : [];
  });
  return Object.fromEntries(families.map(([family, key]) => [family.toLowerCase(), readAccount(environment, family, key)]));
}

function readAccount(environment: Environment, family: string, key: string): Account {
  const read = <T>(field: string, schema: z.ZodType<T>): T => {
    const parsed = schema.safeParse(environment[`${family}_${field}`] || undefined);
    if (parsed.success) return parsed.data;
    throw new Error(`The environment is not complete:\n  ${family}_${field}: ${parsed.error.issues[0]?.message ?? 'not valid'}`);
  };
  return {
    api_key: new Secret(key),
    base_url: read('BASE_URL', ACCOUNT_FIELDS.BASE_URL),
    max_in_flight: read('MAX_IN_FLIGHT', ACCOUNT_FIELDS.MAX_IN_FLIGHT),
    requests_per_minute: read('REQUESTS_PER_MINUTE', ACCOUNT_FIELDS.REQUESTS_PER_MINUTE),
    tariff_file: read('TARIFF_FILE', ACCOUNT_FIELDS.TARIFF_FILE),
  };
}

function list<T extends z.ZodType>(item: T) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()).filter(Boolean) : value),
    z.array(item),
  );
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}

function resolveFiles(environment: Environment): Environment {
  const resolved = { ...environment };
  for (const [name, file] of Object.entries(environment)) {
    const target = name.replace(/_FILE$/, '');
    const known = target in SCHEMA.shape || target.startsWith('CALLBACK_SECRET_') || target.endsWith('_API_KEY');
    if (target === name || name === 'SERVICE_TOKENS_FILE' || !known || !file) continue;
    delete resolved[name];
    resolved[target] = readSecretFile(name, file);
  }
  return resolved;
}

function readSecretFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Error(`The environment is not complete:\n  ${name}: the file cannot be read`);
  }
}

function readProviders(environment: Environment): Record<CapabilityName, string[]> {
  const chosen = CAPABILITIES.map((capability) => {
    const value = environment[providerVariable(capability)] ?? 'local';
    return [capability, value.split(',').map((part) => part.trim()).filter(Boolean)] as const;
  });
  return Object.fromEntries(chosen) as Record<CapabilityName, string[]>;
}

function readSecrets(environment: Environment): Record<string, string[]> {
  const found = Object.entries(environment).filter(([name, value]) => name.startsWith('CALLBACK_SECRET_') && value);
  return Object.fromEntries(
    found.map(([name, value]) => [name.slice('CALLBACK_SECRET_'.length), (value ?? '').split(',').map((part) => part.trim())]),
  );
}
