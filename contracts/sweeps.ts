/** Something that runs by itself on the queue `maintenance`, and by hand through `POST /v1/maintenance/{id}`. */
export interface Sweep {
  /** Id of its schedule, and its name in the API. */
  id: string;
  /** Name of a workflow of workflows/maintenance.ts; it takes a `SweepRequest`. */
  workflow: string;
  every_ms: number;
  note: string;
}

export const SWEEPS: readonly Sweep[] = [
  { id: 'start-pending-jobs', workflow: 'startPendingJobs', every_ms: 10_000, note: 'Starts jobs that were accepted while Temporal was away.' },
  { id: 'sweep-callbacks', workflow: 'sweepCallbacks', every_ms: 15_000, note: 'Sends events whose delivery is overdue.' },
  { id: 'end-lost-jobs', workflow: 'endLostJobs', every_ms: 60_000, note: 'Ends jobs whose workflow is gone, and workflows whose job has ended.' },
  { id: 'expire-gates', workflow: 'expireGates', every_ms: 60_000, note: 'Reminds workflows of gates whose deadline has passed.' },
  { id: 'settle-paid-work', workflow: 'settlePaidWork', every_ms: 30_000, note: 'Looks up submits of unknown fate, settles what ended jobs left open at providers, lets parked work go on.' },
  { id: 'erase-avatars', workflow: 'eraseAvatars', every_ms: 30_000, note: 'Stops jobs of revoked avatars, then erases what was made of them, here and at providers.' },
  { id: 'collect-assets', workflow: 'collectAssets', every_ms: 300_000, note: 'Erases what nothing refers to, and the bytes of what was erased.' },
  { id: 'apply-retention', workflow: 'applyRetention', every_ms: 3_600_000, note: 'Forgets what the settings say need not be kept.' },
];

/** What a sweep is asked to do; every member may be missing. */
export interface SweepRequest {
  /** Changes nothing, reports what it would do. */
  dry_run?: boolean;
  /** Leaves alone what is younger; each sweep has its own default. */
  older_than_ms?: number;
  /** Looks at this tenant's rows only: an operator's token belongs to a tenant. */
  tenant?: string;
}
