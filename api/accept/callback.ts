import { checkUrl } from '../../adapters/url-check';
import { requestInvalid, type FieldError } from '../../contracts/errors';
import type { ApiSettings } from '../deps';

/**
 * A callback must be one that can be delivered: an address that may be called, and a signing secret that is configured.
 * @throws ProblemError `request_invalid`
 */
export function checkCallback(callback: { url: string; secret_ref: string } | null | undefined, settings: ApiSettings): void {
  if (!callback) return;
  const errors: FieldError[] = [];
  const verdict = checkUrl(callback.url, { allowHosts: settings.callbackAllowHosts });
  if (!verdict.ok) errors.push({ pointer: '/callback/url', message: verdict.reason });
  if (!settings.callbackSecretRefs.has(callback.secret_ref.toUpperCase())) {
    errors.push({ pointer: '/callback/secret_ref', message: 'no signing secret of this name is configured' });
  }
  if (errors.length > 0) throw requestInvalid(errors);
}
