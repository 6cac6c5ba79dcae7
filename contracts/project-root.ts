import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Absolute path of the folder that holds package.json.
 * The same code runs from the sources (tests) and from dist/ (everything else), so shipped files are found from here.
 */
export function projectRoot(from: string = __dirname): string {
  if (existsSync(path.join(from, 'package.json'))) return from;
  const parent = path.dirname(from);
  if (parent === from) throw new Error('package.json not found above ' + __dirname);
  return projectRoot(parent);
}
