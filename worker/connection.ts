import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';

/**
 * Connects workers to Temporal, without compression, which the SDK would use: they send references only, 14 KB for a whole
 * job, and packing and unpacking each of its messages takes longer than sending them.
 */
export function connectToTemporal(options: NativeConnectionOptions): Promise<NativeConnection> {
  return NativeConnection.connect({ ...options, grpcCompression: { codec: 'none' } });
}
