/**
 * The import law, as data. `eslint.config.mjs` turns it into lint rules, `boundaries.test.ts` walks the real import graph
 * with it. This file imports nothing, so that both can load it.
 */
export interface Rule {
  /** Files the rule stands for; the first rule that matches a file holds. Globs: `*` within a folder, `**` any depth. */
  files: string[];
  /** Our files whose code may be imported; `!` takes some out again. */
  values: string[];
  /** Our files of which types only may be imported, beside the above. */
  types?: string[];
  /** Packages (with all their entry points); `*` is any. */
  packages: string[];
  /** Packages of which types only may be imported. */
  type_packages?: string[];
  /** True where Node's own modules may be used. */
  built_ins: boolean;
  /** Why, as the end of the sentence "X may not import Y because …". */
  because: string;
}

const PLAIN_CONTRACTS = ['contracts/**', '!contracts/*.schema.ts'];

/** Workflow files without Temporal: the same code plans in the API, runs in the sandbox and is tested in a plain loop. */
const PURE_WORKFLOWS = [
  'workflows/plan.ts',
  'workflows/start-options.ts',
  'workflows/delivery-options.ts',
  'workflows/delivery-options.ts',
  'workflows/resume-point.ts',
  'workflows/plan-retry.ts',
  'workflows/patch.ts',
  'workflows/tables.ts',
  'workflows/stage.ts',
  'workflows/stage-input.ts',
  'workflows/effective.ts',
  'workflows/*.stages.ts',
  'workflows/engine/*.ts',
];

/** Folders of adapters that are no provider family: interfaces, where bytes lie, how callbacks go out, how providers are asked, how scripts are read. */
export const SHARED_ADAPTER_FOLDERS = ['capabilities', 'storage', 'callbacks', 'http', 'script'];
/** Families behind an account: each a folder of its own. */
export const PAID_FAMILIES = ['openai', 'elevenlabs', 'fal'];
const SHARED_GLOBS = SHARED_ADAPTER_FOLDERS.map((folder) => `adapters/${folder}/**`);
const SHARED_ADAPTERS = ['adapters/*.ts', '!adapters/registry.ts', ...SHARED_GLOBS];
const ADAPTER_PACKAGES = ['*', '!zod', '!pg', '!express', '!pino', '!@temporalio/*'];
const API_OWN = [
  ...['contracts/**', 'db/**', 'api/**', ...PURE_WORKFLOWS],
  ...['adapters/storage/**', 'adapters/registry.ts', 'adapters/stage-routing.ts', 'adapters/url-check.ts', 'adapters/http/send.ts'],
];
const API_TYPES = ['adapters/capabilities/**', 'workflows/**', 'config.ts'];
/** The door checks what comes in, so zod is at home here as in the schemas. */
const API_PACKAGES = ['express', 'busboy', 'pino', 'undici', 'zod', '@temporalio/client', '@temporalio/common'];
const API_REASON = 'the door knows requests, records and plans; work, providers and workflow code are on the other side of Temporal';

export const LAW: readonly Rule[] = [
  {
    files: ['contracts/*.schema.ts'],
    values: ['contracts/**'],
    packages: ['zod'],
    built_ins: false,
    because: 'schemas stand at the bottom of the graph and need zod only',
  },
  {
    files: ['contracts/**'],
    values: PLAIN_CONTRACTS,
    types: ['contracts/*.schema.ts'],
    packages: [],
    type_packages: ['zod'],
    built_ins: true,
    because: 'contracts stand at the bottom of the graph, and workflows load them, so they go without zod',
  },
  {
    files: PURE_WORKFLOWS,
    values: [...PLAIN_CONTRACTS, ...PURE_WORKFLOWS],
    packages: [],
    built_ins: false,
    because: 'the plan, the tables and the engine are pure: no Temporal, no Node, no zod',
  },
  {
    files: ['workflows/**'],
    values: [...PLAIN_CONTRACTS, 'workflows/**'],
    types: ['activities/**'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    built_ins: false,
    because: 'workflow code runs in a deterministic sandbox and meets activities by their types only',
  },
  {
    files: ['adapters/registry.ts'],
    values: ['contracts/**', 'adapters/**'],
    packages: [],
    built_ins: true,
    because: 'the registry joins provider families to capabilities and does nothing else',
  },
  {
    files: ['adapters/*.ts', ...SHARED_GLOBS],
    values: ['contracts/**', ...SHARED_ADAPTERS],
    packages: ADAPTER_PACKAGES,
    built_ins: true,
    because: 'only adapters/registry.ts names providers, and adapters know contracts and nothing above them',
  },
  {
    files: ['adapters/local/**'],
    values: ['contracts/**', ...SHARED_ADAPTERS, 'adapters/local/**'],
    packages: ADAPTER_PACKAGES,
    built_ins: true,
    because: 'a provider family knows contracts, its interfaces and itself',
  },
  ...PAID_FAMILIES.map((family): Rule => ({
    files: [`adapters/${family}/**`],
    values: ['contracts/**', ...SHARED_ADAPTERS, `adapters/${family}/**`],
    // What a provider answers is checked before it is believed.
    packages: [...ADAPTER_PACKAGES.filter((name) => name !== '!zod'), 'zod'],
    built_ins: true,
    because: 'a provider family knows contracts, its interfaces and itself',
  })),
  {
    files: ['db/**'],
    values: [...PLAIN_CONTRACTS, 'db/**'],
    packages: ['pg'],
    built_ins: true,
    because: 'statements know rows and contracts, not who calls them',
  },
  {
    files: ['activities/**'],
    values: ['contracts/**', 'db/**', 'adapters/capabilities/**', 'activities/**', ...PURE_WORKFLOWS],
    types: ['adapters/storage/asset-store.ts', 'adapters/callbacks/**'],
    packages: ['@temporalio/activity', '@temporalio/common'],
    type_packages: ['pg', 'pino'],
    built_ins: true,
    because: 'activities get adapters, stores and clients as an argument and meet them by their interfaces',
  },
  {
    files: ['api/main.ts'],
    values: [...API_OWN, 'config.ts'],
    types: API_TYPES,
    packages: API_PACKAGES,
    type_packages: ['pg'],
    built_ins: true,
    because: API_REASON,
  },
  {
    files: ['api/**'],
    values: API_OWN,
    types: API_TYPES,
    packages: API_PACKAGES,
    type_packages: ['pg'],
    built_ins: true,
    because: API_REASON,
  },
  {
    files: ['config.ts'],
    values: ['contracts/**', 'adapters/capabilities/**'],
    packages: ['zod'],
    built_ins: true,
    because: 'the settings are read before anything else exists',
  },
  {
    files: ['worker/**'],
    values: ['**', '!test/**', '!bench/**', '!dev/**', '!api/**'],
    packages: ['*', '!zod'],
    built_ins: true,
    because: 'a worker is a production process of its own',
  },
  {
    files: ['dev/**'],
    values: ['**', '!test/**', '!bench/**'],
    packages: ['*', '!zod'],
    built_ins: true,
    because: 'the embedded stack runs without the tests',
  },
  { files: ['bench/**', 'test/**'], values: ['**'], packages: ['*'], built_ins: true, because: 'tests may look at everything' },
];

/** The only barrels: the workflow bundle's entry and the worker's list of activities. */
export const BARRELS = ['workflows/index.ts', 'activities/index.ts'];

/** Folders (and the one file) of the top level that hold TypeScript of ours. */
export const TOP_LEVEL = ['contracts', 'workflows', 'activities', 'adapters', 'api', 'db', 'dev', 'bench', 'worker', 'test', 'config'];

/** A glob as the source of a regular expression. */
export function globSource(glob: string): string {
  return glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*/g, (star) => (star === '*' ? '[^/]*' : star === '**' ? '.*' : '(?:.*/)?'));
}

/** True when one of the globs takes the path in and none takes it out. */
export function allows(globs: readonly string[], path: string): boolean {
  const matches = (glob: string) => new RegExp(`^${globSource(glob)}$`).test(path);
  return globs.some((glob) => !glob.startsWith('!') && matches(glob)) && !globs.some((glob) => glob.startsWith('!') && matches(glob.slice(1)));
}

/** `@aws-sdk/client-s3/x` is part of the package `@aws-sdk/client-s3`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

export function allowsPackage(names: readonly string[], specifier: string): boolean {
  const matches = (name: string) => name === '*' || new RegExp(`^${globSource(name)}$`).test(packageOf(specifier));
  return names.some((name) => !name.startsWith('!') && matches(name)) && !names.some((name) => name.startsWith('!') && matches(name.slice(1)));
}

/** The rule that holds for a file. */
export function ruleOf(file: string): Rule | undefined {
  return LAW.find((rule) => allows(rule.files, file));
}
