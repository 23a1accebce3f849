import { StiggProvider } from '@stigg/react-sdk';
import { render } from '@testing-library/react';
import { HardenedCustomerGate, HardenedStiggProvider } from 'hardened-stigg';
import { expect, test, vi } from 'vitest';
import { startStigg } from './helpers/backend';

test("a gate below Stigg's own provider inside ours warns of it once, by name", async () => {
  const { stigg } = await startStigg();
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const tree = (isNested: boolean) => {
    const gate = <HardenedCustomerGate loading="loading" />;
    return (
      <HardenedStiggProvider {...stigg} identityEndpoint={async () => null}>
        {isNested ? <StiggProvider {...stigg}>{gate}</StiggProvider> : gate}
      </HardenedStiggProvider>
    );
  };

  const view = render(tree(false));
  expect(warn).not.toHaveBeenCalled();
  view.rerender(tree(true));
  view.rerender(tree(true));

  expect(warn.mock.calls).toEqual([[expect.stringContaining('<StiggProvider>')]]);
});
