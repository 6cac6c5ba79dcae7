import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectRoot } from '../../contracts/project-root';

const TEXTS = z.record(z.string(), z.string());

/** What we use of the Compose specification; a member that is not listed is an error. */
const SERVICE = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  init: z.boolean().optional(),
  restart: z.string().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  env_file: z.array(z.strictObject({ path: z.string(), required: z.boolean() })).optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: TEXTS.default({}),
  secrets: z.array(z.string()).default([]),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.strictObject({ default: z.strictObject({ aliases: z.array(z.string()) }) }).optional(),
  shm_size: z.string().optional(),
  stop_grace_period: z.string().optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) })).default({}),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), start_period: z.string().optional(), retries: z.number() })
    .optional(),
});

const FILE = z.strictObject({
  services: z.record(z.string(), SERVICE),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

export type ComposeFile = z.infer<typeof FILE>;
export type ComposeService = z.infer<typeof SERVICE>;

export const COMPOSE_TEXT = readFileSync(path.join(projectRoot(), 'temporal-docker-compose.yml'), 'utf8');

/** The file as written, with anchors and merges resolved and `${…}` left in. */
export function readCompose(): ComposeFile {
  const document: Record<string, unknown> = parse(COMPOSE_TEXT, { merge: true });
  return FILE.parse(Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith('x-'))));
}

/** Names in `${…}`: true where the file refuses to start without one. */
export function variables(): Map<string, boolean> {
  const found = COMPOSE_TEXT.replace(/^ *#.*$/gm, '').matchAll(/(?<!\$)\$\{(\w+)(:[-?])/g);
  const names = new Map<string, boolean>();
  for (const [, name = '', operator] of found) names.set(name, operator === ':?');
  return names;
}

/** As Compose fills a value in: `${NAME:-default}`, `${NAME:?message}`, `$$`. */
export function interpolate(value: string, given: Record<string, string>): string {
  return value
    .replace(/(?<!\$)\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, operator: string, rest: string) => given[name] || (operator === '-' ? rest : refuse(name)))
    .replaceAll('$$', '$');
}

function refuse(name: string): never {
  throw new Error(`${name} is not given.`);
}

export function environmentOf(service: ComposeService, given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(service.environment).map(([name, value]) => [name, interpolate(value, given)]));
}
