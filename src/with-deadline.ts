/** Longest delay that `setTimeout` can hold; a longer one would fire at once. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Runs `task` with a signal of its own, and settles at once when `parent` aborts (with its reason) or
 * after `ms` milliseconds (with `timeoutError()`), whatever the task does. Leaves no timer or listener.
 */
export function withDeadline<T>(
  parent: AbortSignal | null | undefined,
  ms: number | undefined,
  task: (signal: AbortSignal) => T | PromiseLike<T>,
  timeoutError: () => Error,
): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: () => void;
  return new Promise<T>((resolve, reject) => {
    const stop = (reason: unknown) => {
      reject(reason);
      controller.abort(reason);
    };
    onAbort = () => stop(parent?.reason);
    if (parent?.aborted) return onAbort();
    parent?.addEventListener('abort', onAbort);
    if (typeof ms === 'number' && ms >= 0 && ms <= MAX_TIMEOUT_MS)
      timer = setTimeout(() => stop(timeoutError()), ms);
    Promise.resolve(task(controller.signal)).then(resolve, reject);
  }).finally(() => {
    clearTimeout(timer);
    parent?.removeEventListener('abort', onAbort);
  });
}
