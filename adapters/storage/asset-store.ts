import type { Readable } from 'node:stream';

/** Where bytes lie: under their tenant and their own digest, so the same bytes are kept once and writing is idempotent. */
export interface ContentKey {
  /** A safe path segment: letters, digits, `_` and `-`. */
  tenant: string;
  /** Lower-case hex SHA-256. */
  sha256: string;
}

export interface StoredContent {
  sha256: string;
  bytes: number;
}

export interface PutOptions {
  content_type: string;
  /** More bytes than this fail with `ContentTooLarge` and leave nothing behind. */
  limit_bytes?: number;
}

/** First and last byte, both counted in, as in an HTTP range. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface LinkRequest extends ContentKey {
  asset_id: string;
  content_type: string;
  /** Name under which a browser saves the file. */
  filename: string;
  expires_at: Date;
  now: Date;
}

/**
 * Storage of every byte of the product. Two implementations: a folder, and anything that speaks S3. Whatever needs a server
 * that cannot answer now fails with `StoreAway`.
 */
export interface AssetStore {
  readonly kind: 'disk' | 's3';
  /** Stores a stream or a file by content; storing the same bytes again changes nothing. */
  put(tenant: string, source: Readable | { path: string }, options: PutOptions): Promise<StoredContent>;
  /**
   * The bytes; the stream fails with `ContentDamaged` at its end when they are not what the key says. A range is not
   * checked, because a digest says nothing about a part.
   * @throws ContentMissing
   */
  open(key: ContentKey, range?: ByteRange): Promise<Readable>;
  /** Writes the checked bytes to a file that did not exist or is replaced as a whole. */
  toFile(key: ContentKey, target: string): Promise<void>;
  exists(key: ContentKey): Promise<boolean>;
  /** True when there was something to erase. */
  erase(key: ContentKey): Promise<boolean>;
  /** A link that anybody may follow until it expires. */
  sign(request: LinkRequest): Promise<string>;
}

export class ContentMissing extends Error {
  constructor() {
    super('The stored bytes are not there.');
    this.name = 'ContentMissing';
  }
}

/** The server of the store cannot be reached or cannot answer now, but may soon. */
export class StoreAway extends Error {
  /** @param why a code or a status, nothing of the request: its address may be signed */
  constructor(why: string) {
    super(`The asset store cannot answer now (${why}).`);
    this.name = 'StoreAway';
  }
}

export class ContentDamaged extends Error {
  constructor() {
    super('The stored bytes are not those that were stored.');
    this.name = 'ContentDamaged';
  }
}

export class ContentTooLarge extends Error {
  constructor(readonly limit_bytes: number) {
    super(`More than ${limit_bytes} bytes.`);
    this.name = 'ContentTooLarge';
  }
}

/** `<tenant>/<sha256>`; refuses whatever could leave its folder. */
export function storageKey(key: ContentKey): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(key.tenant)) throw new TypeError('not a tenant name');
  if (!/^[0-9a-f]{64}$/.test(key.sha256)) throw new TypeError('not a SHA-256 digest');
  return `${key.tenant}/${key.sha256}`;
}
