/** Saved before any test moves the clocks. */
const now = performance.now.bind(performance);

/** Waits until `check` holds, in real time whatever a test does to timers, and without moving those. */
export async function until(check: () => boolean, what = () => String(check)): Promise<void> {
  const start = now();
  while (!check()) {
    if (now() - start > 4000) throw new Error(`waited 4 s in vain for ${what()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * The same for what React renders meanwhile. Not Testing Library's waitFor(), which moves fake timers or waits for
 * them.
 */
export async function untilRendered(check: () => boolean, what?: () => string): Promise<void> {
  // Inside of act(), React would render nothing before it ends.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
  await until(check, what).finally(() =>
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true }),
  );
}
