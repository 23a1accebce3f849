import { StiggProvider, useStiggContext } from '@stigg/react-sdk';
import { useEffect, useState } from 'react';
import type { Token } from './identity';
import { RotationLane } from './rotation-lane';
import { STIGG_BY_HAND } from './stigg';

/**
 * What teams write themselves: an effect fetches the identity, gives it to Stigg's SDK, and runs again before the token
 * ends.
 */
function Identify({ rotations }: { rotations: number }) {
  const { stigg } = useStiggContext();
  const [token, setToken] = useState<Token>({ number: 0, endsAt: 0 });

  // biome-ignore lint/correctness/useExhaustiveDependencies: "Rotate now" runs it again
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    async function identify() {
      const response = await fetch('/api/identity');
      if (!response.ok) return;
      const { customerId, customerToken, expiresIn } = await response.json();
      await stigg.setCustomerId(customerId, customerToken);
      setToken(({ number }) => ({ number: number + 1, endsAt: Date.now() + expiresIn * 1000 }));
      timer = setTimeout(identify, (expiresIn - 5) * 1000);
    }
    void identify();
    return () => clearTimeout(timer);
  }, [stigg, rotations]);

  return <RotationLane readToken={() => token} />;
}

export const ByHand = ({ rotations }: { rotations: number }) => (
  <StiggProvider {...STIGG_BY_HAND}>
    <Identify rotations={rotations} />
  </StiggProvider>
);
