import { StiggProvider, useBooleanEntitlement, useStiggContext } from '@stigg/react-sdk';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { counted, onRotate, Readers, SSO, stigg } from './reader';

const useReading = () => counted(useBooleanEntitlement(SSO));

interface Identity {
  customerId: string;
  customerToken: string;
}

/** Resolves when the SDK has the customer that the props named. */
function Loaded({ tell }: { tell: () => void }) {
  const { stigg, updatedAt } = useStiggContext();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another updatedAt is another load
  useEffect(() => {
    if (stigg.isCustomerLoaded) tell();
  }, [stigg, updatedAt, tell]);
  return null;
}

let tellLoaded = () => {};

/** The identity as props of the SDK's own provider, from the same endpoint. */
function App() {
  const [identity, setIdentity] = useState<Identity | null>(null);
  useEffect(() => {
    const identify = async () => {
      const response = await fetch('/api/identity', { credentials: 'include' });
      const loaded = new Promise<void>((resolve) => {
        tellLoaded = resolve;
      });
      setIdentity(await response.json());
      await loaded;
    };
    onRotate(identify);
    void identify();
  }, []);
  if (!identity) return null;
  return (
    <StiggProvider
      {...stigg}
      customerId={identity.customerId}
      customerToken={identity.customerToken}
    >
      <Readers useReading={useReading} />
      <Loaded tell={() => tellLoaded()} />
    </StiggProvider>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(<App />);
