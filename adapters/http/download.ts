import { ProviderFault } from '../capabilities/provider-fault';
import type { OperationCall, RemoteFile } from '../capabilities/paid-operation';
import type { ProviderHttp } from './provider-http';

/** More than any scene of a film; what is larger is no result of ours. */
const MOST_BYTES = 2 * 1024 * 1024 * 1024;
const TIMEOUT_MS = 15 * 60_000;

/**
 * Fetches a result that lies at an address the provider gave, by the checks of the client, and looks whether it is a picture,
 * sound or film as announced. @throws ProviderFault `bad_output` for another kind of media
 */
export async function downloadResult(http: ProviderHttp, file: RemoteFile, to: { path: string; family: string; signal: OperationCall['signal'] }): Promise<void> {
  const { content_type } = await http.file(
    { purpose: 'fetch', method: 'GET', to: { url: file.url }, auth: file.auth, timeout_ms: TIMEOUT_MS, max_bytes: MOST_BYTES, signal: to.signal },
    to.path,
  );
  if (mediaOf(content_type) !== mediaOf(file.content_type)) throw new ProviderFault(to.family, { kind: 'bad_output', charged: 'yes' });
}

function mediaOf(content_type: string): string {
  return content_type.split('/', 1)[0] ?? '';
}
