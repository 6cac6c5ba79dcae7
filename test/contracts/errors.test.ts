import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ERRORS, jobError, problem, requestInvalid } from '../../contracts/errors';
import { pointerOf } from '../../contracts/pointer';
import { projectRoot } from '../../contracts/project-root';
import { renderErrorDocs } from '../../dev/docs-errors';

const docs = readFileSync(path.join(projectRoot(), 'docs', 'errors.md'), 'utf8');

/** The text of all sources in a folder but the one that is named. */
function sourcesIn(folder: string, except?: string): string {
  const files = readdirSync(path.join(projectRoot(), folder), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && file !== except);
  return sources.map((file) => readFileSync(path.join(projectRoot(), folder, file), 'utf8')).join('\n');
}

describe('docs/errors.md', () => {
  it('is what the table says (node dev/build.cjs && node dist/dev/docs-errors.js)', () => {
    expect(docs).toBe(renderErrorDocs());
  });

  it('has a section for every code and no others', () => {
    const sections = [...docs.matchAll(/^### (.+)$/gm)].map((match) => match[1]);
    expect([...sections].sort()).toEqual(Object.keys(ERRORS).sort());
  });
});

describe('every code', () => {
  const named = [
    ...['request_invalid', 'token_missing', 'token_invalid', 'role_forbidden', 'job_not_found', 'avatar_not_found', 'asset_not_found'],
    ...['gate_not_open', 'revision_stale', 'job_finished', 'body_too_large', 'media_type_unsupported', 'idempotency_key_reused'],
    ...['contract_unsupported', 'stage_unknown', 'resume_point_missing', 'patch_conflict', 'consent_missing', 'avatar_revoked'],
    ...['script_unspeakable', 'too_many_requests', 'temporarily_unavailable', 'approval_rejected'],
    ...['photo_undecodable', 'photo_type_unsupported', 'photo_heic', 'photo_animated', 'photo_too_large', 'photo_face_missing'],
    ...['photo_faces_many', 'photo_face_too_small', 'photo_face_cut', 'photo_blurred', 'photo_too_dark', 'photo_too_bright'],
    ...['photo_pose_extreme', 'photo_persons_differ', 'voice_sample_undecodable', 'voice_sample_short', 'voice_sample_clipped'],
    ...['voice_sample_silent', 'voice_sample_noisy'],
  ];

  it('of the contract is in the table', () => {
    expect(named.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });

  it.each(Object.entries(ERRORS))('%s has a status, a title without a full stop and a sentence', (code, entry) => {
    expect(code).toMatch(/^[a-z][a-z_]*$/);
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThan(600);
    expect(entry.title).toMatch(/^[A-Z].*[^.]$/);
    expect(entry.sentence).toMatch(/\.$/);
  });

  it('can occur: something gives it', () => {
    const texts = ['activities', 'adapters', 'api', 'contracts', 'db', 'workflows'].map((folder) => sourcesIn(folder, 'errors.ts')).join('\n');
    expect(Object.keys(ERRORS).filter((code) => !texts.includes(`'${code}'`))).toEqual([]);
  });

  it('that source code throws at the door is in the table', () => {
    const thrown = [...sourcesIn('api').matchAll(/new ProblemError\(\s*'([a-z_]+)'/g)].map((match) => match[1] ?? '');
    expect(thrown.length).toBeGreaterThan(10);
    expect(thrown.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });
});

describe('a problem', () => {
  it('has the members of RFC 9457 and those of the contract', () => {
    expect(problem('job_not_found')).toEqual({
      type: 'urn:understudy:error:job_not_found',
      title: 'No such job',
      status: 404,
      detail: 'No job has this id.',
      code: 'job_not_found',
      retryable: false,
      doc_url: '/docs/errors#job_not_found',
    });
  });

  it('of a job says where and what next, and has no status', () => {
    const error = jobError('photo_face_missing', { stage: 'validate', resumable_from: 'validate', detail: 'Photo 1 shows no face.' });
    expect(error).toMatchObject({ title: 'No face found', stage: 'validate', scene: null, resumable_from: 'validate' });
    expect(error).not.toHaveProperty('status');
  });

  it('counts its fields', () => {
    expect(requestInvalid([{ pointer: '/a', message: 'x' }]).problem.detail).toBe('1 field is wrong.');
    expect(requestInvalid([{ pointer: '/a', message: 'x' }, { pointer: '/b', message: 'x' }]).problem.detail).toBe('2 fields are wrong.');
  });
});

describe('a pointer', () => {
  it('escapes ~ and / (RFC 6901)', () => {
    expect(pointerOf([])).toBe('');
    expect(pointerOf(['a/b', 'm~n', 0])).toBe('/a~1b/m~0n/0');
  });
});
