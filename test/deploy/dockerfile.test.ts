import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import { loadedWith } from '../import-graph';
import { packageOf } from '../law';
import { copiedFiles, INSTRUCTIONS } from './dockerfile';

const read = (file: string): string => readFileSync(path.join(projectRoot(), file), 'utf8');
describe('the image', () => {
  const sources = [...copiedFiles('build'), ...copiedFiles('final')];

  it('is made of files that exist and that .dockerignore lets through', () => {
    const let_in = read('.dockerignore').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(sources.filter((source) => !existsSync(path.join(projectRoot(), source)))).toEqual([]);
    expect(sources.filter((source) => !let_in.some((entry) => source === entry || source.startsWith(`${entry}/`)))).toEqual([]);
    expect(let_in.filter((entry) => !sources.some((source) => source === entry || source.startsWith(`${entry}/`)))).toEqual([]);
  });

  it('is built from every folder that is compiled, but tests and benchmarks', () => {
    const [, list = ''] = /const FOLDERS = \[([^\]]*)\]/.exec(read('dev/build.cjs')) ?? [];
    const folders = [...list.matchAll(/'(\w+)'/g)].map(([, name]) => name).filter((name) => name !== 'test' && name !== 'bench');
    expect(folders.length).toBeGreaterThan(5);
    expect(copiedFiles('build')).toEqual(expect.arrayContaining(folders));
    expect(INSTRUCTIONS).toContain('RUN node dev/build.cjs');
  });

  it('holds what the processes read beside their code', () => {
    expect(copiedFiles('final')).toEqual(expect.arrayContaining(['package.json', 'assets', 'db/migrations']));
    expect(INSTRUCTIONS).toContain('COPY --from=build /app/dist ./dist');
  });

  it('holds every package that the processes load', () => {
    const { dependencies } = JSON.parse(read('package.json'));
    const [, removed = ''] = /rm -rf (.*)$/.exec(INSTRUCTIONS.find((line) => line.includes('npm prune')) ?? '') ?? [];
    const gone = removed.split(' ').map((folder) => folder.replace('node_modules/', ''));
    const entries = ['api/main.ts', 'worker/main.ts', 'dev/migrate.ts', 'adapters/local/compute/thread.ts'];
    const loaded = entries.flatMap((entry) => loadedWith(entry).foreign).map(({ to }) => packageOf(to));
    const packages = [...new Set(loaded)].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
    expect(packages.length).toBeGreaterThan(10);
    expect(packages.filter((name) => !Object.hasOwn(dependencies, name) || gone.some((folder) => name.startsWith(folder)))).toEqual([]);
  });

  it('does not run as root, and on glibc', () => {
    expect(INSTRUCTIONS.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(INSTRUCTIONS.filter((line) => line.startsWith('FROM '))).toEqual(['FROM ${NODE_IMAGE} AS build', 'FROM ${NODE_IMAGE}']);
    const [, major, distribution] = /^ARG NODE_IMAGE=node:(\d+)-(\w+)-slim$/m.exec(INSTRUCTIONS.join('\n')) ?? [];
    expect(JSON.parse(read('package.json')).engines.node).toContain(`>=${major}.`);
    // Debian 13: its ffmpeg is the 7 that dev/tools/probe.ts asks for.
    expect(distribution).toBe('trixie');
  });

  it('starts the API where no command is given, on the port that it exposes', () => {
    expect(INSTRUCTIONS.at(-1)).toBe('CMD ["node", "--enable-source-maps", "dist/api/main.js"]');
    expect(INSTRUCTIONS).toContain('EXPOSE 8080');
  });
});
