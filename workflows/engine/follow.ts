import type { Inbox } from './inbox';

/** A run told step by step: it gives a promise where it waits for that, and null where it waits for an event. */
export type Story<Result> = Generator<Promise<void> | null, Result, void>;

/** Goes through a story to its end. Rejects where it throws, what it waits for fails, or the job is cancelled. */
export function follow<Result>(story: Story<Result>, inbox: Inbox): Promise<Result> {
  return new Promise((resolve, reject) => {
    const goOn = (): void => {
      try {
        const { done, value } = story.next();
        if (done) resolve(value);
        else if (value) value.then(goOn, reject);
        else inbox.arrival(goOn, reject);
      } catch (error) {
        reject(error);
      }
    };
    goOn();
  });
}
