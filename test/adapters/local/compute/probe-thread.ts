import { serveTasks } from '../../../../adapters/local/compute/serve';
import { PROBE_TASKS } from './probe-tasks';

serveTasks(PROBE_TASKS);
