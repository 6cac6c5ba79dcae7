import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';

/** Instructions of the Dockerfile, one a line. */
export const INSTRUCTIONS = readFileSync(path.join(projectRoot(), 'Dockerfile'), 'utf8')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

/** Sources of COPY in one of the two stages, without those that come from the other stage. */
export function copiedFiles(stage: 'build' | 'final'): string[] {
  const second = INSTRUCTIONS.findLastIndex((line) => line.startsWith('FROM '));
  const own = stage === 'build' ? INSTRUCTIONS.slice(0, second) : INSTRUCTIONS.slice(second);
  return own.filter((line) => line.startsWith('COPY ') && !line.includes('--from')).flatMap((line) => line.split(/\s+/).slice(1, -1));
}
