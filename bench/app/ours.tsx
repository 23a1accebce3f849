import { HardenedStiggProvider, type Identity, useHardenedCustomer } from 'hardened-stigg';
import { memo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { onRotate, Readers, seen, stigg } from './reader';

const { initialIdentity } = globalThis as { initialIdentity?: Identity };
const hookReaders = Number(new URLSearchParams(location.search).get('readers') ?? 1);

const HookReader = memo(() => {
  seen.hook++;
  onRotate(useHardenedCustomer().refresh);
  return null;
});

const App = () => (
  <HardenedStiggProvider
    {...stigg}
    identityEndpoint="/api/identity"
    initialIdentity={initialIdentity}
  >
    {Array.from({ length: hookReaders }, (_, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
      <HookReader key={i} />
    ))}
    <Readers />
  </HardenedStiggProvider>
);

/** For the memory bench: mounts and unmounts everything. */
function Switch() {
  const [isOn, setOn] = useState(true);
  Object.assign(globalThis, { setOn });
  return isOn ? <App /> : null;
}

createRoot(document.getElementById('root') as HTMLElement).render(<Switch />);
