import { useContext, useEffect } from 'react';
import { isClientView } from '../stigg/client-view';
import { CustomerContext, type CustomerStore } from './context';

let hasWarned = false;

function isProduction(): boolean {
  try {
    return process.env.NODE_ENV === 'production';
  } catch {
    return true; // no bundler has replaced it, and there is no process
  }
}

/** A `StiggProvider` below ours has a client and a customer of its own, which nobody would notice. */
export function useWarningOfNestedProvider({ stiggContext }: CustomerStore): void {
  const given = useContext(stiggContext ?? CustomerContext);
  const isNested =
    stiggContext !== undefined && !!given && 'stigg' in given && !isClientView(given.stigg);
  useEffect(() => {
    if (!isNested || hasWarned || isProduction()) return;
    hasWarned = true;
    console.warn(
      'hardened-stigg: there is a <StiggProvider> inside <HardenedStiggProvider>. What is below it reads another client, without this customer. Remove the inner one.',
    );
  }, [isNested]);
}
