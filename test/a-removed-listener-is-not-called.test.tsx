import { useContext, useEffect } from 'react';
import { expect, test, vi } from 'vitest';
import { CustomerContext } from '../src/react/context';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';

/** Subscribes, and thinks better of it. */
function Former({ listener }: { listener: () => void }) {
  const store = useContext(CustomerContext);
  useEffect(() => {
    store?.subscribe(listener)();
  }, [store, listener]);
  return null;
}

test('a listener that has been removed is not called', async () => {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const listener = vi.fn();
  renderApp(
    { ...stigg, identityEndpoint: identity.url },
    { children: <Former listener={listener} /> },
  );
  await shows('ready');
  expect(listener).not.toHaveBeenCalled();
});
