import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { projectRoot } from '../../../contracts/project-root';

/** Descriptions that providers publish are not ours to ship: they lie beside the repository where somebody has fetched them. */
const PLACES = [process.env['UNDERSTUDY_API_SPECS'], path.join(projectRoot(), '../shared/data/specs'), path.join(projectRoot(), '../../shared/data/specs')];

type Json = Record<string, unknown>;

/** Checks bodies against a published API description. */
export interface ApiDescription {
  /** What is wrong with a body; empty where it fits. */
  problemsOf(schema: string, body: unknown): string[];
}

/** Null, said aloud, where the description is not at hand. */
export function readDescription(file: string): ApiDescription | null {
  const found = PLACES.map((place) => place && path.join(place, file)).find((name) => name && existsSync(name));
  if (!found) {
    process.stderr.write(`SKIPPED: ${file} is not at hand (UNDERSTUDY_API_SPECS names its folder), so bodies were not checked against it.\n`);
    return null;
  }
  const document = withUnions(JSON.parse(readFileSync(found, 'utf8'))) as Json;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  addFormats(ajv);
  ajv.addSchema({ $id: file, ...document });
  const known = new Map<string, ValidateFunction>();
  return {
    problemsOf(schema, body) {
      const check = known.get(schema) ?? ajv.compile({ $ref: `${file}#/components/schemas/${schema}` });
      known.set(schema, check);
      return check(body) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
    },
  };
}

/**
 * `nullable` is a word of an older OpenAPI that the descriptions mix in; Ajv knows unions only. Their alternatives often
 * overlap (a message may be written in two ways that both fit), so one of them has to fit and not exactly one.
 */
function withUnions(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withUnions);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(node).map(([name, value]) => [name === 'oneOf' ? 'anyOf' : name, withUnions(value)]));
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : nullable === undefined || nullable === false ? rest : { ...rest, nullable };
}
