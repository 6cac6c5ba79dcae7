import type { StageTask } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import type { StepAddress } from '../db/steps';
import type { StoredOutput } from '../workflows/stage-input';

/** Outputs are references and a few numbers, about 2 KB each. */
const KEPT = 4_000;

/**
 * Documents of the steps that this process finished. A finished step never changes, and most stages run where those that they
 * need have run, so that nothing is read for them. All who ask get the same document, which nobody can change.
 */
export class FinishedOutputs {
  private readonly kept = new Map<string, Kept>();

  keep(step: StepAddress, json: string): void {
    this.kept.set(keyOf(step), { json });
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
  }

  /** Whether this process finished the step. */
  has(step: StepAddress): boolean {
    return this.kept.has(keyOf(step));
  }

  /** What the task names of these stages; null where it does not name all of them, or some of it was not made here. */
  findNeeds(task: StageTask, needs: readonly StageName[]): StoredOutput[] | null {
    const found = needs.flatMap((stage) => {
      const generations = task.needs[stage];
      if (generations === undefined) return [null];
      if (!Array.isArray(generations)) return [this.findOne(task, stage, generations)];
      return generations.map((generation, index) => this.find({ job_id: task.job_id, stage, scene: index + 1, generation }));
    });
    return found.every((output) => output !== null) ? found : null;
  }

  /** Of the whole job, or else of the task's own scene. */
  private findOne({ job_id, scene }: StageTask, stage: StageName, generation: number): StoredOutput | null {
    return this.find({ job_id, stage, scene: null, generation }) ?? this.find({ job_id, stage, scene, generation });
  }

  private find(step: StepAddress): StoredOutput | null {
    const kept = this.kept.get(keyOf(step));
    if (!kept) return null;
    const { stage, scene, generation } = step;
    return { stage, scene, generation, output: (kept.document ??= readOnly(JSON.parse(kept.json))) };
  }
}

/** Read when somebody asks for it the first time. */
interface Kept {
  json: string;
  document?: unknown;
}

function readOnly(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(readOnly);
  return Object.freeze(value);
}

function keyOf({ job_id, stage, scene, generation }: StepAddress): string {
  return `${job_id} ${stage} ${scene ?? 0} ${generation}`;
}
