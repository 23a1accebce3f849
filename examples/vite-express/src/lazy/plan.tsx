import { lazyWidget, preloadStigg, useHardenedCustomer } from 'hardened-stigg/lazy';
import { lazy, Suspense, useState } from 'react';

// A file that uses Stigg's SDK as it likes. It is loaded with the SDK, and not before.
const WholePlan = lazyWidget(() =>
  lazy(() => import('../plan').then(({ Plan }) => ({ default: Plan }))),
);

/** The plan, as soon as somebody wants to see it. */
export function Plan() {
  const { status } = useHardenedCustomer();
  const [isShown, setShown] = useState(false);

  if (status !== 'ready') return null;
  if (!isShown) {
    return (
      <section aria-label="Plan">
        {/* Who comes near the button will probably press it. */}
        <button
          type="button"
          onPointerEnter={preloadStigg}
          onFocus={preloadStigg}
          onClick={() => setShown(true)}
        >
          Show the plan
        </button>
      </section>
    );
  }
  return (
    <Suspense fallback={<p>Loading …</p>}>
      <WholePlan fallback={<p>Loading …</p>} />
    </Suspense>
  );
}
