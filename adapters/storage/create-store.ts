import type { AssetStore } from './asset-store';
import { createDiskStore } from './disk';
import { createS3Store } from './s3';

/** The settings of config.ts that storage reads. */
export interface StorageSettings {
  S3_BUCKET?: string | undefined;
  S3_REGION: string;
  S3_ENDPOINT?: string | undefined;
  S3_ACCESS_KEY_ID?: string | undefined;
  S3_SECRET_ACCESS_KEY?: string | undefined;
  ASSET_DIR: string;
  ASSET_URL_SECRET?: string | undefined;
}

/**
 * S3 when a bucket is named, else the folder.
 * @throws Error when links of the folder could not be signed
 */
export function createAssetStore(settings: StorageSettings, publicUrl: () => string): AssetStore {
  if (settings.S3_BUCKET) return createS3Store({ ...s3Options(settings), bucket: settings.S3_BUCKET });
  if (!settings.ASSET_URL_SECRET) {
    throw new Error('ASSET_URL_SECRET is needed without S3_BUCKET: it signs the links to assets.');
  }
  return createDiskStore({ dir: settings.ASSET_DIR, publicUrl, secret: settings.ASSET_URL_SECRET });
}

function s3Options(settings: StorageSettings) {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  return {
    region: settings.S3_REGION,
    endpoint: settings.S3_ENDPOINT,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
  };
}
