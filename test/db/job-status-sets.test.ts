import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import { CLOSING, ENDED } from '../../db/job-status-sets';

describe('the sets of job statuses', () => {
  it('are what statements say', () => {
    expect([ENDED, CLOSING]).toEqual(["('completed', 'failed', 'cancelled')", "('completed', 'failed', 'cancelled', 'cancelling')"]);
  });

  it('stand in no statement word by word', () => {
    const folder = path.join(projectRoot(), 'db');
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    expect(files.filter((file) => readFileSync(path.join(folder, file), 'utf8').includes("'completed', 'failed', 'cancelled'"))).toEqual([]);
  });
});
