import { parseUrl } from '../../contracts/parse-url';
import type { ProviderJob } from '../capabilities/paid-operation';

/** Where fal's queue lies, unless the account says otherwise. */
export const FAL_ORIGIN = 'https://queue.fal.run';
/** Hosts of fal's own whose files move along when the operator puts another address in their place. */
const FAL_HOSTS = /(^|\.)fal\.(run|ai|media)$/;

export interface JobPaths {
  status: string;
  result: string;
  cancel: string;
}

/**
 * Paths of a job. fal asks to use the addresses of its answer; they are kept as paths, so that the key never follows an
 * answer to another host. A job that is only known by its report has none: then they are those that the API's reference gives.
 */
export function pathsOf(job: ProviderJob, model: string): JobPaths {
  return job.urls ?? builtPaths(job.id, model);
}

/** The first two parts of a model's id name the app; the rest of it is part of the submit's address only. */
function builtPaths(id: string, model: string): JobPaths {
  const app = model.split('/').slice(0, 2).join('/');
  const result = `/${app}/requests/${encodeURIComponent(id)}`;
  return { status: `${result}/status`, result, cancel: `${result}/cancel` };
}

/** Paths of the addresses that came with a job; null where one of them is not fal's. */
export function pathsFrom(urls: JobPaths, base: URL): JobPaths | null {
  const [status, result, cancel] = [urls.status, urls.result, urls.cancel].map((url) => pathOf(url, base));
  return status && result && cancel ? { status, result, cancel } : null;
}

function pathOf(text: string, base: URL): string | null {
  const url = parseUrl(text);
  if (!url) return null;
  if (url.origin === FAL_ORIGIN) return `${url.pathname}${url.search}`;
  if (url.origin !== base.origin || !url.pathname.startsWith(prefixOf(base))) return null;
  return `${url.pathname.slice(prefixOf(base).length)}${url.search}`;
}

function prefixOf(base: URL): string {
  return base.pathname.replace(/\/$/, '');
}

/** The address of a file: as fal gave it, or at the operator's address where that stands in for fal. */
export function fileUrl(text: string, base: URL): string {
  const url = parseUrl(text);
  if (!url || base.origin === FAL_ORIGIN || !FAL_HOSTS.test(url.hostname)) return text;
  return `${base.origin}${prefixOf(base)}${url.pathname}${url.search}`;
}
