/** What an account with a provider bears, over all workers. */
export interface FamilyLimits {
  max_in_flight: number;
  requests_per_minute: number;
}

/** How carefully money is spent; from the environment. */
export interface MoneySettings {
  /** Cap of a job that names none; null for no cap. */
  job_cap_micro_usd: number | null;
  /** Cap of what a tenant may spend on one day (UTC); null for no cap. */
  tenant_day_cap_micro_usd: number | null;
  /** A submit of unknown fate may be repeated when it costs less; else it waits for an operator. */
  resubmit_below_micro_usd: number;
  /** How long a submit of unknown fate waits for the provider's own report. */
  reconcile_wait_ms: number;
  /** First pause between two looks at a provider's job; the pauses grow. */
  poll_ms: number;
  /** Null for a family without limits. */
  limitsOf(family: string): FamilyLimits | null;
  /** Where a provider may report the end of an operation; null where the API has no public address. */
  webhookUrl(family: string, wireKey: string): string | null;
}
