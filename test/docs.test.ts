import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../contracts/project-root';
import { withSettings } from '../dev/settings-table';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/operate.md', 'docs/providers.md', 'docs/voices.md'];

function read(page: string): string {
  return readFileSync(path.join(projectRoot(), page), 'utf8');
}

describe('the documentation', () => {
  it('lists every setting of config.ts with its default (node dist/dev/settings-table.js writes it)', () => {
    expect(read('README.md')).toBe(withSettings(read('README.md')));
  });

  it.each(PAGES)('%s links only to files that exist', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
    const missing = links.filter((link) => !existsSync(path.join(projectRoot(), path.dirname(page), link)));
    expect(missing).toEqual([]);
  });

  it.each(PAGES)('%s names only npm scripts that exist', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm run ([a-z:-]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
