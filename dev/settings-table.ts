import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CONFIG_NAMES, loadConfig } from '../config';
import { projectRoot } from '../contracts/project-root';

/** What each setting is for; a name that config.ts has and this table has not fails the freshness test. */
const MEANING: Record<string, string> = {
  API_HOST: 'address on which the API listens',
  API_PORT: 'its port',
  PUBLIC_URL: 'address under which clients reach the API; signed links of the disk store start with it',
  DATABASE_URL: 'Postgres 15 or newer; required',
  TEMPORAL_ADDRESS: 'host and port of the Temporal frontend',
  TEMPORAL_NAMESPACE: 'its namespace',
  TEMPORAL_API_KEY: 'key for Temporal Cloud',
  TEMPORAL_TLS: '`true` for TLS',
  TEMPORAL_UI_URL: 'address of the Web UI, for links in answers',
  S3_BUCKET: 'bucket for assets; without one they lie in ASSET_DIR',
  S3_REGION: 'its region',
  S3_ENDPOINT: 'address of an S3 server that is not AWS',
  S3_ACCESS_KEY_ID: 'key of the bucket; without it the usual AWS sources',
  S3_SECRET_ACCESS_KEY: 'its secret',
  ASSET_DIR: 'folder of the disk store',
  ASSET_URL_SECRET: 'signs links of the disk store; required without S3_BUCKET',
  ASSET_URL_TTL_MS: 'how long a signed link works',
  SERVICE_TOKENS_FILE: 'JSON: tenant → role → list of SHA-256 digests of service tokens; required by the API',
  WORKER_ROLES: 'queues that one worker process serves',
  MEDIA_SLOTS: 'media work at once in one process; default: its cores',
  SHUTDOWN_GRACE_MS: 'how long running activities may finish when a worker stops',
  PROVIDER_SLOTS: 'provider work at once in one process',
  CALLBACK_ALLOW_HOSTS: 'hosts or CIDR blocks of one’s own network that callbacks and media may reach',
  CALLBACK_RETRY_DELAYS_MS: 'delays between attempts to deliver a callback',
  JOB_BUDGET_MICRO_USD: 'cap of a job that names none; no cap when empty',
  TENANT_DAY_BUDGET_MICRO_USD: 'what all jobs of a tenant may spend on one day (UTC); no cap when empty',
  RESUBMIT_BELOW_MICRO_USD: 'a paid request of unknown fate is only sent again below this price; else it waits for an operator',
  RECONCILE_WAIT_MS: 'how long a request of unknown fate waits for the provider’s own report before that',
  PROVIDER_POLL_MS: 'first pause between two looks at a provider’s job; the pauses grow',
  ERASE_GRACE_MS: 'how long the bytes of an erased asset (to which no link is handed out any more) stay stored, and how long after a revocation what films left behind',
  ORPHAN_AFTER_MS: 'an upload that no job has used for so long is erased',
  KEEP_EVENTS_MS: 'how long events of ended jobs and their delivery attempts are kept; for ever when empty',
  KEEP_INTERMEDIATES_MS: 'how long ended jobs keep what is not part of their result and only a resume needs; for ever when empty',
  RATE_LIMIT_PER_MINUTE: 'requests a minute and tenant; off when empty',
  FFMPEG_PATH: 'the ffmpeg program',
  LOCAL_IDENTITY_CHECK: '`off` loads no network that compares faces: then nobody notices photos of two people, or a film of another face',
  LOCAL_TTS: 'local voice engine: `auto`, `sherpa`, `rhvoice` or `flite`',
  LOCAL_VOICES_DIR: 'folder of neural voices, see docs/voices.md; `npm run voices -- add joe` fills it',
  LOCAL_SPEECH_CACHE_DIR: 'where spoken sentences are kept for the next job, at most 512 MB and seven days',
  LOG_LEVEL: '`trace` to `silent`',
};

const BEGIN = '<!-- settings:begin -->';
const END = '<!-- settings:end -->';

/** The README with its table of settings written anew from config.ts. */
export function withSettings(readme: string): string {
  const before = readme.slice(0, readme.indexOf(BEGIN) + BEGIN.length);
  const after = readme.slice(readme.indexOf(END));
  return `${before}\n${table()}\n${after}`;
}

function table(): string {
  const defaults: Record<string, unknown> = loadConfig({ DATABASE_URL: 'postgres://x/x' });
  const rows = CONFIG_NAMES.map((name) => {
    const meaning = MEANING[name];
    if (meaning === undefined) throw new Error(`dev/settings-table.ts does not say what ${name} is for.`);
    return `| \`${name}\` | ${name === 'DATABASE_URL' ? '' : shown(defaults[name])} | ${meaning} |`;
  });
  const others = [
    '| `CALLBACK_SECRET_<REF>` | | `whsec_…` that signs callbacks; two during a rotation, separated by a comma |',
    '| `PLAN_PROVIDERS` `IMAGE_PROVIDERS` `SPEECH_PROVIDERS` `VOICE_PROVIDERS` `ALIGN_PROVIDERS` `VIDEO_PROVIDERS` `LIPSYNC_PROVIDERS` `ENHANCE_PROVIDERS` `BACKGROUND_PROVIDERS` `BROLL_PROVIDERS` | local | ordered families for each capability |',
    '| `<PROVIDER>_API_KEY` `<PROVIDER>_BASE_URL` |  | account with a paid provider; a stand-in for its API |',
    '| `<PROVIDER>_MAX_IN_FLIGHT` `<PROVIDER>_REQUESTS_PER_MINUTE` `<PROVIDER>_TARIFF_FILE` | the family’s own | limits of the account over all workers; a file that replaces the dated model ids and prices |',
    '| `UNDERSTUDY_TOOLS_DIR` `TEMPORAL_CLI_PATH` | .cache/tools | development only: where fetched tools lie, and a Temporal CLI of one’s own |',
  ];
  return ['| name | default | what for |', '|---|---|---|', ...rows, ...others].join('\n');
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : value === undefined ? '' : String(value);
}

if (require.main === module) {
  const file = path.join(projectRoot(), 'README.md');
  writeFileSync(file, withSettings(readFileSync(file, 'utf8')));
}
