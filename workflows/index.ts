/** The bundle's entry: exactly the workflows. */
export { avatarCreation } from './avatar-creation';
export { avatarOutput } from './avatar-output';
export { deliverEvents } from './deliver-events';
export { applyRetention, collectAssets, endLostJobs, eraseAvatars, expireGates, settlePaidWork, startPendingJobs, sweepCallbacks } from './maintenance';
export { marketingCut } from './marketing-cut';
export { retryJob } from './retry-job';
export { voiceCloning } from './voice-cloning';
