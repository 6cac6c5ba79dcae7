/**
 * Limits how many requests are under way to one host, so that one that hangs cannot take every slot of a worker. A host
 * whose last request failed gets few until it answers again.
 */
export class HostSlots {
  private readonly hosts = new Map<string, { busy: number; failing: boolean }>();

  constructor(private readonly limits: { healthy: number; failing: number }) {}

  /** Takes a slot; null when the host has none left. Call `release` once, with whether the host answered well. */
  take(host: string): ((answeredWell: boolean) => void) | null {
    const entry = this.hosts.get(host) ?? { busy: 0, failing: false };
    if (entry.busy >= (entry.failing ? this.limits.failing : this.limits.healthy)) return null;
    entry.busy += 1;
    this.hosts.set(host, entry);
    return (answeredWell) => {
      entry.busy -= 1;
      entry.failing = !answeredWell;
      if (entry.busy === 0 && answeredWell) this.hosts.delete(host);
    };
  }
}
