import { useContext, useEffect } from 'react';
import { isStandIn } from '../stigg/stand-in';
import { CustomerContext } from './context';

let hasWarned = false;

function isProduction(): boolean {
  try {
    return process.env.NODE_ENV === 'production';
  } catch {
    return true; // no bundler has replaced it, and there is no process
  }
}

/**
 * Warns if a `StiggProvider` is between ours and this component. It has a client and a customer of its own, which is
 * hard to notice. This is a component of its own, because it renders with each change of Stigg's context.
 */
export function NestedProviderWarning(): null {
  const store = useContext(CustomerContext);
  const stigg = useContext(store?.stiggContext ?? CustomerContext)?.stigg;
  const isNested = stigg !== undefined && !isStandIn(stigg);
  useEffect(() => {
    if (!isNested || hasWarned || isProduction()) return;
    hasWarned = true;
    console.warn(
      'hardened-stigg: there is a <StiggProvider> inside <HardenedStiggProvider>. What is below it reads another client, without this customer. Remove the inner one.',
    );
  }, [isNested]);
  return null;
}
