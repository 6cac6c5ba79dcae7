import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { projectRoot } from '../contracts/project-root';
import { importsOf, loadedWith, sourceFiles, type Import } from './import-graph';
import { allows, allowsPackage, BARRELS, packageOf, ruleOf, SHARED_ADAPTER_FOLDERS, TOP_LEVEL } from './law';

const FILES = sourceFiles(TOP_LEVEL);

/** The sentence that explains why an import is against the law; null when it is not. */
function violation(found: Import): string | null {
  const rule = ruleOf(found.from);
  if (!rule) return `No rule of test/law.ts stands for ${found.from}: give its folder one.`;
  if (mayImport(found, rule)) return null;
  const what = found.types_only ? `even the types of ${found.to}` : found.to;
  return `${found.from} may not import ${what} because ${rule.because}.`;
}

function mayImport(found: Import, rule: NonNullable<ReturnType<typeof ruleOf>>): boolean {
  const { values, types = [], packages, type_packages = [], built_ins } = rule;
  if (found.kind === 'built_in') return built_ins || found.types_only;
  if (found.kind === 'package') return allowsPackage(packages, found.to) || (found.types_only && allowsPackage(type_packages, found.to));
  return allows(values, found.to) || (found.types_only && allows(types, found.to));
}

function violationsIn(file: string, text: string): string[] {
  return importsOf(file, text).map(violation).filter((sentence) => sentence !== null);
}

describe('the import law', () => {
  const graph = FILES.flatMap((file) => importsOf(file));

  it('is kept by every import of every source file', () => {
    expect(graph.length).toBeGreaterThan(300);
    expect(graph.map(violation).filter((sentence) => sentence !== null)).toEqual([]);
  });

  it('has a rule for every source file', () => {
    expect(FILES.filter((file) => !ruleOf(file))).toEqual([]);
  });

  it('finds every imported file of ours', () => {
    const missing = graph.filter(({ kind, to }) => kind === 'ours' && !existsSync(path.join(projectRoot(), to)));
    expect(missing.map(({ from, to }) => `${from} imports ${to}, which is not there.`)).toEqual([]);
  });

  it("names Node's own modules with their prefix", () => {
    const bare = graph.filter(({ kind, to }) => kind === 'package' && builtinModules.includes(packageOf(to)));
    expect(bare).toEqual([]);
  });

  it('is the law that ESLint knows too', () => {
    expect(readFileSync(path.join(projectRoot(), 'eslint.config.mjs'), 'utf8')).toContain('./test/law.ts');
  });
});

describe('the import law explains', () => {
  it.each([
    ['workflows/pipeline.ts', "import { createPool } from '../db/pool';", 'workflows/pipeline.ts may not import db/pool.ts because workflow code runs in a deterministic sandbox and meets activities by their types only.'],
    ['workflows/ports.ts', "import { syncGates } from '../activities/jobs/sync-gates';", 'workflows/ports.ts may not import activities/jobs/sync-gates.ts because workflow code runs in a deterministic sandbox and meets activities by their types only.'],
    ['workflows/plan.ts', "const fs = await import('node:fs');", 'workflows/plan.ts may not import node:fs because the plan, the tables and the engine are pure: no Temporal, no Node, no zod.'],
    ['workflows/engine/gates.ts', "export { condition } from '@temporalio/workflow';", 'workflows/engine/gates.ts may not import @temporalio/workflow because the plan, the tables and the engine are pure: no Temporal, no Node, no zod.'],
    ['contracts/plan.ts', "import type { Deps } from '../activities/deps';", 'contracts/plan.ts may not import even the types of activities/deps.ts because contracts stand at the bottom of the graph, and workflows load them, so they go without zod.'],
    ['contracts/media.ts', "import { z } from 'zod';", 'contracts/media.ts may not import zod because contracts stand at the bottom of the graph, and workflows load them, so they go without zod.'],
    ['activities/output/speech.ts', "const local = require('../../adapters/local/family');", 'activities/output/speech.ts may not import adapters/local/family.ts because activities get adapters, stores and clients as an argument and meet them by their interfaces.'],
    ['adapters/stage-routing.ts', "type Local = import('./local/family').LocalSettings;", 'adapters/stage-routing.ts may not import even the types of adapters/local/family.ts because only adapters/registry.ts names providers, and adapters know contracts and nothing above them.'],
    ['db/jobs.ts', "import { loadConfig } from '../config';", 'db/jobs.ts may not import config.ts because statements know rows and contracts, not who calls them.'],
    ['worker/main.ts', "import { startStack } from '../dev/stack';", 'worker/main.ts may not import dev/stack.ts because a worker is a production process of its own.'],
  ])('a break in %s', (file, text, sentence) => {
    expect(violationsIn(file, text)).toEqual([sentence]);
  });

  it.each([
    ['workflows/ports.ts', "import type { BookkeepingActivities } from '../activities/jobs/bookkeeping';"],
    ['workflows/ports.ts', "import { type BookkeepingActivities } from '../activities/jobs/bookkeeping';"],
    ['activities/deps.ts', "import type { Pool } from 'pg';"],
    ['adapters/registry.ts', "const family = await import('./local/family.js');"],
    ['worker/deps.ts', "import { createPool } from '../db/pool';"],
  ])('nothing where %s keeps it', (file, text) => {
    expect(violationsIn(file, text)).toEqual([]);
  });
});

describe('the tree', () => {
  it('has two barrels and no more', () => {
    expect(FILES.filter((file) => path.posix.basename(file) === 'index.ts').sort()).toEqual([...BARRELS].sort());
  });

  it('names provider families in the registry only', () => {
    const root = path.join(projectRoot(), 'adapters');
    const families = readdirSync(root).filter((name) => statSync(path.join(root, name)).isDirectory() && !SHARED_ADAPTER_FOLDERS.includes(name));
    expect(families).toContain('local');
    const outside = FILES.filter((file) => /^(contracts|workflows|activities|api|db|adapters)\//.test(file))
      .filter((file) => file !== 'adapters/registry.ts' && !families.some((family) => file.startsWith(`adapters/${family}/`)))
      .flatMap((file) => importsOf(file))
      .filter(({ to }) => families.some((family) => to.startsWith(`adapters/${family}/`)));
    expect(outside).toEqual([]);
  });

  it('uses kebab-case for every source file', () => {
    expect(FILES.filter((file) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.ts$/.test(path.posix.basename(file)))).toEqual([]);
  });
});

describe('the workflow bundle', () => {
  const { files, foreign } = loadedWith('workflows/index.ts');

  it("loads nothing but our pure files and Temporal's workflow packages", () => {
    expect([...files].filter((file) => !/^(workflows|contracts)\//.test(file))).toEqual([]);
    expect([...new Set(foreign.map(({ to }) => to))].sort()).toEqual(['@temporalio/common', '@temporalio/workflow']);
  });

  it('contains no schema library, database client, image library or cloud client', () => {
    const bundle = readFileSync(path.join(projectRoot(), 'dist', 'workflow-bundle.js'), 'utf8');
    expect(bundle).toContain('avatarOutput');
    const packages = [...bundle.matchAll(/node_modules\/((?:@[a-z0-9-]+\/)?[a-z0-9._-]+)\//g)].map((match) => match[1] ?? '');
    expect(packages).toContain('@temporalio/workflow');
    const guests = [...new Set(packages)].filter((name) => /^(zod|pg|sharp|express|undici|pino|@aws-sdk|@smithy|@img|@tensorflow)/.test(name));
    expect(guests).toEqual([]);
  });

  it('has pure parts without any package', () => {
    for (const entry of ['workflows/plan.ts', 'workflows/tables.ts', 'workflows/engine/run-plan.ts']) {
      expect(loadedWith(entry).foreign).toEqual([]);
    }
  });
});
