import { hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ROLES, type Role } from '../contracts/vocabulary';

/** Who makes a request. */
export interface Principal {
  tenant: string;
  role: Role;
}

interface KnownToken extends Principal {
  digest: Buffer;
}

const TOKENS_FILE = z.record(
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a tenant is named by 1 to 64 letters, digits, _ or -'),
  z.partialRecord(z.enum(ROLES), z.array(z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest in lower-case hex'))),
);

/** Service tokens by the SHA-256 of each; the tokens themselves are never here. */
export class TokenTable {
  private constructor(private readonly known: readonly KnownToken[]) {}

  /**
   * Reads the document behind `SERVICE_TOKENS_FILE`: tenant, role, list of digests.
   * @throws ZodError naming what is wrong, without a digest
   */
  static parse(document: unknown): TokenTable {
    const tenants = Object.entries(TOKENS_FILE.parse(document));
    const known = tenants.flatMap(([tenant, roles]) =>
      Object.entries(roles).flatMap(([name, digests]) => {
        const role = ROLES.find((candidate) => candidate === name);
        return role ? (digests ?? []).map((digest) => ({ tenant, role, digest: Buffer.from(digest, 'hex') })) : [];
      }),
    );
    return new TokenTable(known);
  }

  /** The owner of a token, compared with every known one in constant time; null when nobody owns it. */
  find(token: string): Principal | null {
    const digest = hash('sha256', token, 'buffer');
    let found: KnownToken | null = null;
    for (const candidate of this.known) if (timingSafeEqual(candidate.digest, digest)) found = candidate;
    return found && { tenant: found.tenant, role: found.role };
  }
}
