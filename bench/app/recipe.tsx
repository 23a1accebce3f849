import { StiggProvider, useBooleanEntitlement, useStiggContext } from '@stigg/react-sdk';
import { type ReactNode, useEffect, useReducer } from 'react';
import { createRoot } from 'react-dom/client';
import { counted, onRotate, Readers, SSO, stigg } from './reader';

const useReading = () => counted(useBooleanEntitlement(SSO));

/** What teams write: an effect that fetches the identity and gives it to the SDK. */
function Identify({ children }: { children: ReactNode }) {
  const { stigg } = useStiggContext();
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const identify = async () => {
      const response = await fetch('/api/identity', { credentials: 'include' });
      const { customerId, customerToken } = await response.json();
      await stigg.setCustomerId(customerId, customerToken);
      rerender();
    };
    onRotate(identify);
    void identify();
  }, [stigg]);
  return children;
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StiggProvider {...stigg}>
    <Identify>
      <Readers useReading={useReading} />
    </Identify>
  </StiggProvider>,
);
