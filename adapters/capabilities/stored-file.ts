import type { AssetRef } from '../../contracts/media';
import type { StoredOutcome } from './paid-operation';
import { ProviderFault } from './provider-fault';

/** A file of a stored outcome by its name. @throws ProviderFault `bad_output` when the provider made none */
export function storedFile(family: string, stored: StoredOutcome, name: string): AssetRef {
  const file = stored.files[name];
  if (file) return file;
  throw new ProviderFault(family, { kind: 'bad_output', charged: 'yes' });
}
