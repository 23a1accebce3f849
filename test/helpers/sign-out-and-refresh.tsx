import { useHardenedCustomer } from 'hardened-stigg';
import { useEffect } from 'react';

/** Signs out and in again as it mounts. */
export function SignOutAndRefresh() {
  const { refresh, signOut } = useHardenedCustomer();
  useEffect(() => {
    signOut();
    void refresh();
  }, [refresh, signOut]);
  return null;
}
