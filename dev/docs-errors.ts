import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ERRORS, type ErrorEntry } from '../contracts/errors';
import { projectRoot } from '../contracts/project-root';

const WHERE: Record<ErrorEntry['where'], string> = {
  door: 'At the door (the answer to a request)',
  both: 'Both (an answer, or the error of a job)',
  job: 'In a job (the `error` of a failed job or stage)',
};

/** The text of docs/errors.md: one section for each code of the table, whose anchors are the `doc_url` of problems. */
export function renderErrorDocs(): string {
  const head = [
    '# Errors',
    '',
    'Written by `dev/docs-errors.ts` from `contracts/errors.ts`; do not edit. Every problem is RFC 9457',
    '`application/problem+json`; its `code` is one of these and its `doc_url` points here.',
    '“Worth a retry” says whether the same request, or a retry of the same stage, may work later without a change.',
    '',
  ];
  const groups = (['door', 'both', 'job'] as const).flatMap((where) => [
    `## ${WHERE[where]}`,
    '',
    ...sections(where),
  ]);
  return [...head, ...groups].join('\n').trimEnd() + '\n';
}

function sections(where: ErrorEntry['where']): string[] {
  return Object.entries(ERRORS)
    .filter(([, entry]) => entry.where === where)
    .flatMap(([code, entry]) => [
      `### ${code}`,
      '',
      `${entry.title}. Status ${entry.status}, ${entry.retryable ? 'worth a retry' : 'not worth a retry without a change'}.`,
      '',
      entry.sentence,
      '',
    ]);
}

if (require.main === module) {
  writeFileSync(path.join(projectRoot(), 'docs', 'errors.md'), renderErrorDocs());
}
