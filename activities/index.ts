import type { StageResult, StageTask } from '../contracts/plan';
import type { CreationStage, MarketingStage, OutputStage, StageName } from '../contracts/vocabulary';
import type { CreationInputs } from '../workflows/avatar-creation.stages';
import type { OutputInputs } from '../workflows/avatar-output.stages';
import type { MarketingInputs } from '../workflows/marketing-cut.stages';
import type { VoiceInputs } from '../workflows/voice-cloning.stages';
import type { CallbackActivities } from './callbacks/callbacks';
import { deliverEvents } from './callbacks/deliver-events';
import { sweepCallbacks, type CallbackSweep } from './callbacks/sweep-callbacks';
import { characterSheet } from './creation/character-sheet';
import { emit } from './creation/emit';
import { neutralImage } from './creation/neutral-image';
import { persist } from './creation/persist';
import { persistVoice } from './creation/persist-voice';
import { validate } from './creation/validate';
import { voiceProfile } from './creation/voice-profile';
import type { Deps } from './deps';
import type { BookkeepingActivities } from './jobs/bookkeeping';
import { closeJob } from './jobs/close-job';
import { followJob } from './jobs/follow-job';
import { seedPriorOutputs } from './jobs/seed-prior-outputs';
import { syncGates } from './jobs/sync-gates';
import { applyRetention } from './maintenance/apply-retention';
import { collectAssets } from './maintenance/collect-assets';
import { endLostJobs } from './maintenance/end-lost-jobs';
import { eraseAvatars } from './maintenance/erase-avatars';
import { expireGates } from './maintenance/expire-gates';
import type { MaintenanceActivities } from './maintenance/maintenance';
import { settlePaidWork } from './maintenance/settle-paid-work';
import { startPendingJobs } from './maintenance/start-pending-jobs';
import { cuts } from './marketing/cuts';
import { publish } from './marketing/publish';
import { source } from './marketing/source';
import { backgrounds } from './output/backgrounds';
import { brollPose } from './output/broll-pose';
import { enhance } from './output/enhance';
import { lipSync } from './output/lip-sync';
import { output } from './output/output';
import { payload } from './output/payload';
import { sceneAssets } from './output/scene-assets';
import { scriptContext } from './output/script-context';
import { speech } from './output/speech';
import { stitch } from './output/stitch';
import { storyboard } from './output/storyboard';
import { stageActivity, type WorkByTable } from './stage-activity';
import type { WorkOf } from './stage-work';

type StageActivities<Name extends StageName> = Record<Name, (task: StageTask) => Promise<StageResult>>;

type Activities = StageActivities<CreationStage | OutputStage | MarketingStage> & BookkeepingActivities & MaintenanceActivities & CallbackActivities & CallbackSweep;

const CREATION: WorkOf<CreationInputs> = {
  validate,
  neutral_image: neutralImage,
  character_sheet: characterSheet,
  voice_profile: voiceProfile,
  persist,
  emit,
};

const VOICE: WorkOf<VoiceInputs> = { voice_profile: voiceProfile, persist: persistVoice, emit };

const OUTPUT: WorkOf<OutputInputs> = {
  payload,
  script_context: scriptContext,
  storyboard,
  speech,
  backgrounds,
  scene_assets: sceneAssets,
  broll_pose: brollPose,
  stitch,
  lip_sync: lipSync,
  enhance,
  output,
};

const MARKETING: WorkOf<MarketingInputs> = { source, cuts, publish };

/** The work of each table. Tables share stage names; which work a task means is decided by its job's table. */
export const WORK: WorkByTable = {
  avatar_creation: CREATION,
  avatar_output: OUTPUT,
  voice_cloning: VOICE,
  marketing_cut: MARKETING,
};

/** One activity per stage name. A stage without work does not compile. Benchmarks bring work of their own that does nothing. */
export function createActivities(deps: Deps, work: WorkByTable = WORK): Activities {
  return { ...stageActivities(deps, work), ...bookkeepingActivities(deps), ...maintenanceActivities(deps), ...callbackActivities(deps) };
}

function stageActivities(deps: Deps, work: WorkByTable): StageActivities<CreationStage | OutputStage | MarketingStage> {
  const names = Object.values(WORK).flatMap((works) => Object.keys(works));
  const activity = stageActivity(deps, work);
  // Exactly the stages: WORK has every stage of every table.
  return Object.fromEntries(names.map((name) => [name, activity])) as StageActivities<StageName>;
}

function bookkeepingActivities(deps: Deps): BookkeepingActivities {
  return {
    sync_gates: syncGates(deps),
    close_job: closeJob(deps),
    seed_prior_outputs: seedPriorOutputs(deps),
    follow_job: followJob(deps),
  };
}

function callbackActivities(deps: Deps): CallbackActivities & CallbackSweep {
  return { deliver_events: deliverEvents(deps), sweep_callbacks: sweepCallbacks(deps) };
}

function maintenanceActivities(deps: Deps): MaintenanceActivities {
  return {
    start_pending_jobs: startPendingJobs(deps),
    end_lost_jobs: endLostJobs(deps),
    expire_gates: expireGates(deps),
    settle_paid_work: settlePaidWork(deps),
    collect_assets: collectAssets(deps),
    erase_avatars: eraseAvatars(deps),
    apply_retention: applyRetention(deps),
  };
}
