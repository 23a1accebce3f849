import './measure';
import {
  StiggProvider,
  useBooleanEntitlement,
  useNumericEntitlement,
  useStiggContext,
} from '@stigg/react-sdk';
import { type ReactNode, useEffect, useReducer } from 'react';
import { createRoot } from 'react-dom/client';
import { Features, STIGG } from './features';
import { IDENTITY_URL } from './measure';

/** What teams write themselves: an effect fetches the identity, and gives it to Stigg's SDK. */
function Identify({ children }: { children: ReactNode }) {
  const { stigg } = useStiggContext();
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    async function identify() {
      const response = await fetch(IDENTITY_URL);
      const { customerId, customerToken } = await response.json();
      await stigg.setCustomerId(customerId, customerToken);
      rerender();
    }
    void identify();
  }, [stigg]);
  return children;
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StiggProvider {...STIGG}>
    <Identify>
      <Features {...{ useBooleanEntitlement, useNumericEntitlement }} />
    </Identify>
  </StiggProvider>,
);
