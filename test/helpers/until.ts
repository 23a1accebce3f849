/** Kept from before any test moves the clocks. */
const now = performance.now.bind(performance);

/** Waits until `check` holds, in real time whatever a test does to timers, and without moving those. */
export async function until(check: () => boolean, what = () => String(check)): Promise<void> {
  const start = now();
  while (!check()) {
    if (now() - start > 4000) throw new Error(`waited 4 s in vain for ${what()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
