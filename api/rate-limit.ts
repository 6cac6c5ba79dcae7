/** A bucket of tokens for each tenant: `perMinute` requests at once, filled again evenly over a minute. */
export class RateLimit {
  private readonly buckets = new Map<string, { left: number; at: number }>();

  constructor(private readonly perMinute: number | null) {}

  /** Seconds to wait before the next request may come, 0 when this one may. */
  take(tenant: string, now: Date): number {
    if (this.perMinute === null) return 0;
    const perMs = this.perMinute / 60_000;
    const bucket = this.buckets.get(tenant) ?? { left: this.perMinute, at: now.getTime() };
    const left = Math.min(this.perMinute, bucket.left + (now.getTime() - bucket.at) * perMs);
    const allowed = left >= 1;
    this.buckets.set(tenant, { left: allowed ? left - 1 : left, at: now.getTime() });
    return allowed ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1_000));
  }
}
