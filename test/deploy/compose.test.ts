import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { CAPABILITIES } from '../../adapters/capabilities/adapter';
import { CONFIG_NAMES, loadConfig, providerVariable } from '../../config';
import { projectRoot } from '../../contracts/project-root';
import { QUEUES } from '../../contracts/vocabulary';
import { SEARCH_ATTRIBUTES } from '../../dev/temporal-server';
import { COMPOSE_TEXT, environmentOf, interpolate, readCompose, variables, type ComposeService } from './compose-file';

const compose = readCompose();
const GIVEN = { APP_DB_PASSWORD: 'a1', TEMPORAL_DB_PASSWORD: 'b2', S3_ACCESS_KEY_ID: 'c3', S3_SECRET_ACCESS_KEY: 'd4' };
const PRODUCT = ['api', 'worker', 'media', 'migrate'];
const WORKERS = ['worker', 'media'];

function service(name: string): ComposeService {
  const found = compose.services[name];
  if (!found) throw new Error(`There is no service ${name}.`);
  return found;
}

function environment(name: string): Record<string, string> {
  return environmentOf(service(name), GIVEN);
}

/** `host:inside` of a published port, without the address. */
function ports(name: string): string[] {
  return service(name).ports.map((port) => interpolate(port, GIVEN).split(':').slice(-2).join(':'));
}

describe('the compose file', () => {
  it('has the product, its stores and a Temporal cluster, and nothing else', () => {
    const stores = ['postgres', 's3', 's3-bucket'];
    const temporal = ['temporal', 'temporal-namespace', 'temporal-postgres', 'temporal-schema', 'temporal-ui'];
    expect(Object.keys(compose.services).sort()).toEqual([...PRODUCT, ...stores, ...temporal].sort());
  });

  it('names every image with a version', () => {
    const images = Object.values(compose.services).map(({ image }) => interpolate(image, GIVEN));
    expect(images.filter((image) => !/:v?\d+(\.\d+)*$/.test(image))).toEqual([]);
  });

  it('refers to services, volumes, secrets and settings that exist', () => {
    for (const { depends_on, volumes, secrets, configs } of Object.values(compose.services)) {
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(depends_on)));
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(volumes.map((volume) => volume.split(':')[0])));
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(secrets));
      expect(Object.keys(compose.configs)).toEqual(expect.arrayContaining(configs.map(({ source }) => source)));
    }
  });

  it('waits for health only where there is a health check, and for an end only where there is one', () => {
    for (const { depends_on } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        if (condition === 'service_healthy') expect(service(name).healthcheck).toBeDefined();
        else expect(service(name).restart ?? 'no').not.toMatch(/always|unless-stopped/);
      }
    }
  });

  it('lets the API start without Temporal and the workers not', () => {
    const needs = (name: string) => Object.keys(service(name).depends_on).sort();
    expect(needs('api')).toEqual(['migrate', 's3']);
    for (const name of WORKERS) expect(needs(name)).toEqual(['migrate', 's3', 'temporal-namespace']);
  });
});

describe('the settings of the product in the compose file', () => {
  const known = [...CONFIG_NAMES, ...CAPABILITIES.map(providerVariable), 'CALLBACK_SECRET_DEFAULT'];

  it.each(PRODUCT)('are names that config.ts knows: %s', (name) => {
    expect(Object.keys(service(name).environment).filter((variable) => !known.includes(variable))).toEqual([]);
  });

  it.each(PRODUCT)('are values that config.ts accepts: %s', (name) => {
    const config = loadConfig(environment(name));
    expect(config.DATABASE_URL).toBe('postgres://understudy:a1@postgres:5432/understudy');
    expect(config.S3_BUCKET).toBe(service('s3-bucket').environment['S3_BUCKET']);
    expect(Object.values(config.providers)).toEqual(CAPABILITIES.map(() => ['local']));
  });

  it('serve each queue by exactly one service, computing apart from waiting', () => {
    const roles = WORKERS.map((name) => loadConfig(environment(name)).WORKER_ROLES);
    expect(roles.flat().sort()).toEqual([...QUEUES].sort());
    expect(roles[1]).toEqual(['media']);
  });

  it('give running work the time that the worker grants it', () => {
    for (const name of WORKERS) {
      const seconds = Number(service(name).stop_grace_period?.replace(/s$/, ''));
      expect(seconds * 1000).toBeGreaterThan(loadConfig(environment(name)).SHUTDOWN_GRACE_MS + 3_000);
    }
  });

  it('name hosts and ports where the other services listen', () => {
    const config = loadConfig(environment('api'));
    expect(ports('api')).toEqual([`8080:${config.API_PORT}`]);
    expect(service('api').healthcheck?.test.join(' ')).toContain(`http://127.0.0.1:${config.API_PORT}/healthz`);
    expect(config.API_HOST).toBe('0.0.0.0');
    expect(config.TEMPORAL_ADDRESS).toBe('temporal:7233');
    expect(ports('temporal')).toEqual(['7233:7233']);
    expect(ports('temporal-ui')).toEqual(['8233:8080']);
    expect(config.TEMPORAL_UI_URL).toBe('http://127.0.0.1:8233');
    const endpoint = new URL(config.S3_ENDPOINT ?? '');
    expect(service('s3').networks?.default.aliases).toEqual([endpoint.hostname]);
    expect(ports('s3')).toEqual([`${endpoint.port}${service('s3').environment['VGW_PORT']}`]);
    expect(service('s3').healthcheck?.test.at(-1)).toBe(`http://127.0.0.1:${endpoint.port}${service('s3').environment['VGW_HEALTH']}`);
  });

  it('use the accounts that the stores are given', () => {
    const config = loadConfig(environment('worker'));
    const postgres = environment('postgres');
    const url = new URL(config.DATABASE_URL);
    expect([url.username, url.password, url.pathname]).toEqual([postgres['POSTGRES_USER'], postgres['POSTGRES_PASSWORD'], `/${postgres['POSTGRES_DB']}`]);
    expect(environment('s3')).toMatchObject({ ROOT_ACCESS_KEY_ID: config.S3_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY: config.S3_SECRET_ACCESS_KEY, VGW_REGION: config.S3_REGION });
    expect(environment('temporal')['POSTGRES_PWD']).toBe(environment('temporal-postgres')['POSTGRES_PASSWORD']);
    expect(environment('temporal-schema')['SQL_PASSWORD']).toBe(environment('temporal-postgres')['POSTGRES_PASSWORD']);
  });

  it('read the tokens from the place where the secret is mounted', () => {
    expect(environment('api')['SERVICE_TOKENS_FILE']).toBe(`/run/secrets/${service('api').secrets[0]}`);
  });

  it('start what the npm scripts start', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(projectRoot(), 'package.json'), 'utf8'));
    for (const [name, script] of [['api', 'api'], ['worker', 'worker'], ['media', 'worker'], ['migrate', 'migrate']] as const) {
      const entry = service(name).command?.at(-1) ?? '';
      expect(scripts[script]).toMatch(new RegExp(`exec node ${entry.replaceAll('.', '\\.')}$`));
      expect(existsSync(path.join(projectRoot(), entry.replace(/^dist\/(.+)\.js$/, '$1.ts')))).toBe(true);
    }
  });
});

describe('secrets in the compose file', () => {
  it('come from outside, and nothing starts without those that have to be there', () => {
    const needed = [...variables()].filter(([, isNeeded]) => isNeeded).map(([name]) => name);
    expect(needed.sort()).toEqual(Object.keys(GIVEN).sort());
    const head = COMPOSE_TEXT.slice(0, COMPOSE_TEXT.indexOf('x-app'));
    for (const name of [...needed, 'CALLBACK_SECRET_DEFAULT']) expect(head).toContain(name);
  });

  it('never stand in the file', () => {
    const secret = /PASSWORD|PWD|SECRET|ACCESS_KEY|TOKEN|API_KEY/;
    const values = Object.values(compose.services).flatMap((each) => Object.entries(each.environment)).filter(([name]) => secret.test(name));
    expect(values.length).toBeGreaterThan(10);
    expect(values.filter(([, value]) => !/^\$\{\w+:(\?[^}]*|-)\}$/.test(value) && !value.startsWith('/run/secrets/'))).toEqual([]);
    const addresses = Object.values(compose.services).flatMap((each) => Object.values(each.environment)).filter((value) => /:\/\/[^/]*@/.test(value));
    expect(addresses.filter((address) => !/^postgres:\/\/understudy:\$\{APP_DB_PASSWORD:\?[^}]*\}@/.test(address))).toEqual([]);
  });

  it('are not sent to the image builder or committed', () => {
    const ignored = readFileSync(path.join(projectRoot(), '.gitignore'), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.env', '.env.providers', 'service-tokens.json']));
    expect(readFileSync(path.join(projectRoot(), '.dockerignore'), 'utf8')).not.toMatch(/^!.*(env|tokens)/m);
  });
});

describe('Temporal in the compose file', () => {
  it('gets the search attributes that the workflows use', () => {
    const script = service('temporal-namespace').command?.join('\n') ?? '';
    const [, names = ''] = /for name in ([\w ]+);/.exec(script) ?? [];
    expect(names.split(' ')).toEqual([...SEARCH_ATTRIBUTES]);
    expect(environment('temporal-namespace')['TEMPORAL_NAMESPACE']).toBe(environment('worker')['TEMPORAL_NAMESPACE']);
    expect(environment('temporal-ui')['TEMPORAL_DEFAULT_NAMESPACE']).toBe(environment('worker')['TEMPORAL_NAMESPACE']);
  });

  it('reads dynamic settings that it knows, from where they are mounted', () => {
    const content = compose.configs['temporal-dynamic-config']?.content ?? '';
    expect(parse(content)).toEqual({
      'matching.enableFairness': [{ value: true }],
      'matching.numTaskqueueWritePartitions': [{ value: 1 }],
      'limit.maxIDLength': [{ value: 255 }],
    });
    expect(service('temporal').configs[0]?.target).toBe(environment('temporal')['DYNAMIC_CONFIG_FILE_PATH']);
  });

  it('has a database of its own', () => {
    expect(environment('temporal')['POSTGRES_SEEDS']).toBe('temporal-postgres');
    expect(service('temporal-postgres').volumes).not.toEqual(service('postgres').volumes);
  });

  it.each(['temporal-schema', 'temporal-namespace', 's3-bucket'])('is prepared by a script that the shell can read: %s', (name) => {
    const [shell = '', flags = ''] = service(name).entrypoint ?? [];
    const script = interpolate(service(name).command?.[0] ?? '', GIVEN);
    expect([shell, flags]).toEqual(['/bin/sh', expect.stringMatching(/^-e?c$/)]);
    expect(spawnSync(shell, ['-n', '-c', script]).status).toBe(0);
  });
});
