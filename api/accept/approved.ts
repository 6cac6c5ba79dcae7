import type { AvatarOutputRequest } from '../../contracts/output-job.schema';
import type { OutputSnapshot } from '../../contracts/snapshot';
import type { Brought } from './planning';
import type { Preparation, PreparedJob } from './preparation';

/** What a caller brings along as approved: those items are reused and not made. */
export async function bringApproved(
  preparation: Preparation,
  approved: AvatarOutputRequest['approved'],
  snapshot: OutputSnapshot,
): Promise<Brought & Pick<PreparedJob, 'seed'>> {
  void preparation;
  void approved;
  void snapshot;
  return { known: {}, approved: {}, scenes: null, seed: null };
}
