import type { StageResult, StageTask } from '../contracts/plan';
import type { CreationStage, OutputStage, StageName } from '../contracts/vocabulary';
import { AVATAR_CREATION } from '../workflows/avatar-creation.stages';
import { AVATAR_OUTPUT } from '../workflows/avatar-output.stages';
import { characterSheet } from './creation/character-sheet';
import { emit } from './creation/emit';
import { neutralImage } from './creation/neutral-image';
import { persist } from './creation/persist';
import { validate } from './creation/validate';
import { voiceProfile } from './creation/voice-profile';
import type { Deps } from './deps';
import type { BookkeepingActivities } from './jobs/bookkeeping';
import { closeJob } from './jobs/close-job';
import { followJob } from './jobs/follow-job';
import { seedPriorOutputs } from './jobs/seed-prior-outputs';
import { syncGates } from './jobs/sync-gates';
import { endLostJobs } from './maintenance/end-lost-jobs';
import type { MaintenanceActivities } from './maintenance/maintenance';
import { startPendingJobs } from './maintenance/start-pending-jobs';
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
import { stageActivity } from './stage-activity';
import type { AnyInputRow } from './stage-input';
import type { StageWork } from './stage-work';

type StageActivities<Name extends StageName> = Record<Name, (task: StageTask) => Promise<StageResult>>;

type Activities = StageActivities<CreationStage | OutputStage> & BookkeepingActivities & MaintenanceActivities;

/** One activity per stage, named as the stage. A stage without an activity does not compile. */
export function createActivities(deps: Deps): Activities {
  return { ...creationActivities(deps), ...outputActivities(deps), ...bookkeepingActivities(deps), ...maintenanceActivities(deps) };
}

function creationActivities(deps: Deps): StageActivities<CreationStage> {
  const make = maker(deps, AVATAR_CREATION);
  return {
    validate: make('validate', validate),
    neutral_image: make('neutral_image', neutralImage),
    character_sheet: make('character_sheet', characterSheet),
    voice_profile: make('voice_profile', voiceProfile),
    persist: make('persist', persist),
    emit: make('emit', emit),
  };
}

function outputActivities(deps: Deps): StageActivities<OutputStage> {
  const make = maker(deps, AVATAR_OUTPUT);
  return {
    payload: make('payload', payload),
    script_context: make('script_context', scriptContext),
    storyboard: make('storyboard', storyboard),
    speech: make('speech', speech),
    backgrounds: make('backgrounds', backgrounds),
    scene_assets: make('scene_assets', sceneAssets),
    broll_pose: make('broll_pose', brollPose),
    stitch: make('stitch', stitch),
    lip_sync: make('lip_sync', lipSync),
    enhance: make('enhance', enhance),
    output: make('output', output),
  };
}

function bookkeepingActivities(deps: Deps): BookkeepingActivities {
  return {
    sync_gates: syncGates(deps),
    close_job: closeJob(deps),
    seed_prior_outputs: seedPriorOutputs(deps),
    follow_job: followJob(deps),
  };
}

function maintenanceActivities(deps: Deps): MaintenanceActivities {
  return { start_pending_jobs: startPendingJobs(deps), end_lost_jobs: endLostJobs(deps) };
}

function maker(deps: Deps, table: readonly AnyInputRow[]) {
  return <Name extends StageName, Input>(stage: Name, work: StageWork<Name, Input>) => {
    const row = table.find((candidate) => candidate.stage === stage);
    if (!row) throw new Error(`The table has no stage ${stage}.`);
    return stageActivity(deps, row, work);
  };
}
