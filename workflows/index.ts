/** The bundle's entry: exactly the workflows. */
export { avatarCreation } from './avatar-creation';
export { avatarOutput } from './avatar-output';
export { endLostJobs, startPendingJobs } from './maintenance';
export { retryJob } from './retry-job';
