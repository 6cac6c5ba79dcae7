/**
 * Compiles the TypeScript tree into dist/ (same folders, CommonJS) and bundles the workflows.
 * Worker threads and child processes always run from dist/, also under Jest, so that there is one way to start them.
 * Files that have not changed since the last build are left alone; a second build takes a fraction of a second.
 */
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const dist = path.join(root, 'dist');
const FOLDERS = [
  'contracts',
  'workflows',
  'activities',
  'adapters',
  'api',
  'db',
  'dev',
  'bench',
  'worker',
  'test',
];

function sources(folder) {
  const full = path.join(root, folder);
  if (!fs.existsSync(full)) return [];
  return fs
    .readdirSync(full, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name));
}

function isFresh(from, to) {
  return fs.existsSync(to) && fs.statSync(to).mtimeMs >= fs.statSync(from).mtimeMs;
}

function compile(file) {
  const from = path.join(root, file);
  const to = path.join(dist, file.replace(/\.ts$/, '.js'));
  if (isFresh(from, to)) return false;
  const swc = require('@swc/core');
  const { code, map } = swc.transformFileSync(from, { cwd: root, sourceFileName: from });
  fs.mkdirSync(path.dirname(to), { recursive: true });
  replaceFile(`${to}.map`, map);
  replaceFile(to, `${code}\n//# sourceMappingURL=${path.basename(to)}.map\n`);
  return true;
}

/** By rename, so that a process that starts during the build never reads half a file. */
function replaceFile(file, text) {
  const fresh = `${file}.${process.pid}`;
  fs.writeFileSync(fresh, text);
  fs.renameSync(fresh, file);
}

/** Also true after a build that was interrupted between compiling and bundling. */
function isBundleStale(files, bundled) {
  if (!fs.existsSync(bundled)) return true;
  const made = fs.statSync(bundled).mtimeMs;
  const parts = files.filter((file) => /^(workflows|contracts)\b/.test(file) || file === 'worker/bundle.ts');
  return parts.some((file) => fs.statSync(path.join(root, file)).mtimeMs > made);
}

function removeOrphans(files) {
  if (!fs.existsSync(dist)) return;
  const wanted = new Set(files.map((file) => file.replace(/\.ts$/, '.js')));
  for (const name of fs.readdirSync(dist, { recursive: true })) {
    const bundle = name.startsWith('workflow-bundle');
    if (bundle || !name.endsWith('.js') || wanted.has(name)) continue;
    fs.rmSync(path.join(dist, name), { force: true });
    fs.rmSync(path.join(dist, `${name}.map`), { force: true });
  }
}

async function main() {
  const files = ['config.ts', ...FOLDERS.flatMap(sources)].filter((file) =>
    fs.existsSync(path.join(root, file)),
  );
  removeOrphans(files);
  files.forEach(compile);
  const bundler = path.join(dist, 'worker', 'bundle.js');
  const bundled = path.join(dist, 'workflow-bundle.js');
  if (!fs.existsSync(bundler) || !isBundleStale(files, bundled)) return;
  const fresh = `${bundled}.${process.pid}`;
  await require(bundler).writeBundle(fresh);
  fs.renameSync(fresh, bundled);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
