/** Where a bare workflow's media stages run, as the product's run on a queue beside that of its workflows. */
export function mediaQueueOf(taskQueue: string): string {
  return `${taskQueue}-media`;
}
