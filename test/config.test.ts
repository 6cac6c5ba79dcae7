import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CONFIG_NAMES, loadConfig, providerVariable, type Environment } from '../config';
import { CAPABILITIES } from '../adapters/capabilities/adapter';
import { QUEUES } from '../contracts/vocabulary';

const LEAST: Environment = { DATABASE_URL: 'postgres://localhost/understudy' };

function refusal(environment: Environment): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error('The settings were taken.');
}

describe('settings', () => {
  it('need a database and nothing else', () => {
    const config = loadConfig(LEAST);
    expect(config).toMatchObject({ API_HOST: '127.0.0.1', API_PORT: 8080, TEMPORAL_ADDRESS: '127.0.0.1:7233', TEMPORAL_TLS: false, WORKER_ROLES: [...QUEUES], CALLBACK_ALLOW_HOSTS: [] });
    expect(config.providers).toEqual(Object.fromEntries(CAPABILITIES.map((capability) => [capability, ['local']])));
    expect(config.callbackSecrets).toEqual({});
  });

  it('name a variable that is missing', () => {
    expect(refusal({})).toContain('DATABASE_URL');
    expect(refusal({ DATABASE_URL: '' })).toContain('DATABASE_URL');
  });

  it('name every wrong variable at once', () => {
    const message = refusal({ ...LEAST, API_PORT: 'eighty', TEMPORAL_TLS: 'perhaps', WORKER_ROLES: 'avatar,nobody', LOG_LEVEL: 'loud' });
    for (const name of ['API_PORT', 'TEMPORAL_TLS', 'WORKER_ROLES', 'LOG_LEVEL']) expect(message).toContain(name);
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:hunter2hunter2@db/x'],
    ['ASSET_URL_SECRET', 'hunter2'],
    ['API_PORT', 'hunter2'],
    ['PUBLIC_URL', 'hunter2'],
    ['S3_ENDPOINT', 'hunter2'],
    ['WORKER_ROLES', 'hunter2'],
    ['CALLBACK_RETRY_DELAYS_MS', '1000,hunter2'],
    ['LOCAL_TTS', 'hunter2'],
    ['TEMPORAL_TLS', 'hunter2'],
  ])('never repeat the wrong value of %s', (name, value) => {
    const message = refusal({ ...LEAST, [name]: value });
    expect(message).toContain(name);
    expect(message).not.toContain('hunter2');
  });

  it('take an empty variable for none', () => {
    const config = loadConfig({ ...LEAST, API_PORT: '', S3_BUCKET: '' });
    expect([config.API_PORT, config.S3_BUCKET]).toEqual([8080, undefined]);
  });

  it('read lists with blanks', () => {
    const config = loadConfig({ ...LEAST, WORKER_ROLES: ' avatar , media,', CALLBACK_ALLOW_HOSTS: 'backend.internal, 10.0.0.0/8', CALLBACK_RETRY_DELAYS_MS: '0, 50,100' });
    expect(config.WORKER_ROLES).toEqual(['avatar', 'media']);
    expect(config.CALLBACK_ALLOW_HOSTS).toEqual(['backend.internal', '10.0.0.0/8']);
    expect(config.CALLBACK_RETRY_DELAYS_MS).toEqual([0, 50, 100]);
  });

  it('read providers and callback secrets by their names', () => {
    const config = loadConfig({ ...LEAST, LIPSYNC_PROVIDERS: 'acme, local', CALLBACK_SECRET_DEFAULT: 'whsec_a', CALLBACK_SECRET_SHOP: 'whsec_b,whsec_c' });
    expect(config.providers.lip_sync).toEqual(['acme', 'local']);
    expect(config.callbackSecrets).toEqual({ DEFAULT: ['whsec_a'], SHOP: ['whsec_b', 'whsec_c'] });
    expect(loadConfig({ ...LEAST, SPEECH_PROVIDERS: '' }).providers.speech).toEqual(['local']);
    expect(CAPABILITIES.map(providerVariable)).toEqual(expect.arrayContaining(['LIPSYNC_PROVIDERS', 'BROLL_PROVIDERS', 'PLAN_PROVIDERS']));
  });
});

describe('settings from files', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'understudy-config-'));
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it('give secrets by NAME_FILE, without the line end', () => {
    const config = loadConfig({
      DATABASE_URL_FILE: file('database', 'postgres://secret@db/understudy\n'),
      ASSET_URL_SECRET_FILE: file('asset', 'sixteen-characters-or-more\n'),
      CALLBACK_SECRET_SHOP_FILE: file('shop', 'whsec_b,whsec_c\n'),
    });
    expect(config).toMatchObject({ DATABASE_URL: 'postgres://secret@db/understudy', ASSET_URL_SECRET: 'sixteen-characters-or-more' });
    expect(config.callbackSecrets).toEqual({ SHOP: ['whsec_b', 'whsec_c'] });
  });

  it('leave SERVICE_TOKENS_FILE as the path that it is', () => {
    expect(loadConfig({ ...LEAST, SERVICE_TOKENS_FILE: '/run/tokens.json' }).SERVICE_TOKENS_FILE).toBe('/run/tokens.json');
  });

  it('name the variable whose file is not there', () => {
    expect(refusal({ DATABASE_URL_FILE: path.join(folder, 'nowhere') })).toContain('DATABASE_URL_FILE');
  });

  it('never repeat what a wrong file holds', () => {
    const message = refusal({ DATABASE_URL_FILE: file('wrong', 'hunter2') });
    expect(message).toContain('DATABASE_URL');
    expect(message).not.toContain('hunter2');
  });

  it('are left alone where the name is not ours', () => {
    expect(loadConfig({ ...LEAST, OTHER_FILE: path.join(folder, 'nowhere') })).toMatchObject(LEAST);
  });
});

describe('the fixed names of the contract', () => {
  it('are all known', () => {
    const fixed = [
      ...['API_HOST', 'API_PORT', 'PUBLIC_URL', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY', 'TEMPORAL_TLS'],
      ...['S3_BUCKET', 'S3_REGION', 'S3_ENDPOINT', 'SERVICE_TOKENS_FILE', 'WORKER_ROLES', 'CALLBACK_ALLOW_HOSTS', 'CALLBACK_RETRY_DELAYS_MS', 'LOG_LEVEL', 'FFMPEG_PATH'],
    ];
    expect(fixed.filter((name) => !CONFIG_NAMES.includes(name))).toEqual([]);
  });
});
