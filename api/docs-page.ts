import { ERRORS } from '../contracts/errors';
import { OPERATIONS } from './operations';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code { font: 0.9em ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #8884; }
section:target { background: #fd83; }`;

/** A page that needs nothing from elsewhere: every request, with links to the machine-readable documents. */
export function docsPage(): string {
  const rows = OPERATIONS.map(({ method, path, summary, roles }) => {
    const who = roles === null ? 'anybody' : roles.join(', ');
    return `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${escape(path)}</code></td><td>${escape(summary)}</td><td>${who}</td></tr>`;
  });
  return page(
    'Understudy',
    `<p>Machine-readable: <a href="/openapi.json">OpenAPI</a>, <a href="/asyncapi.json">AsyncAPI</a>. <a href="/docs/errors">Every error code</a>.</p>
<table><thead><tr><th>Method</th><th>Path</th><th>Does</th><th>Roles</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
  );
}

/** The target of every problem's `doc_url`. */
export function errorsPage(): string {
  const sections = Object.entries(ERRORS).map(
    ([code, entry]) =>
      `<section id="${code}"><h2><code>${code}</code></h2><p>${escape(entry.title)}. Status ${entry.status}, ${
        entry.retryable ? 'worth a retry' : 'not worth a retry without a change'
      }.</p><p>${escape(entry.sentence)}</p></section>`,
  );
  return page('Errors', sections.join('\n'));
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body><h1>${title}</h1>
${body}
</body></html>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
