import type { StiggContextValue } from '@stigg/react-sdk';
import { render, screen } from '@testing-library/react';
import {
  type HardenedCustomer,
  HardenedStiggProvider,
  type HardenedStiggProviderProps,
  type IdentityEndpoint,
} from 'hardened-stigg';
import { type ReactNode, StrictMode } from 'react';
import { onTestFinished } from 'vitest';
import { EntitledPage } from './entitled-page';
import { expectNoLeak } from './leaks';
import { untilRendered } from './until';

/** Props of a provider that has an endpoint. */
export type AppProps = Omit<
  Extract<HardenedStiggProviderProps, { identityEndpoint: IdentityEndpoint }>,
  'children' | 'identity'
>;

/** Renders an app under the real provider and the real SDK. */
export function renderApp(
  props: AppProps,
  { strict = false, children }: { strict?: boolean; children?: ReactNode } = {},
) {
  const seen: HardenedCustomer[] = [];
  onTestFinished(() => expectNoLeak('what the hook returned', seen));
  let context: StiggContextValue;
  const tree = (current: AppProps) => {
    const app = (
      <HardenedStiggProvider {...current}>
        <EntitledPage
          onRender={(customer, current) => {
            seen.push(customer);
            context = current;
          }}
        />
        {children}
      </HardenedStiggProvider>
    );
    return strict ? <StrictMode>{app}</StrictMode> : app;
  };
  const view = render(tree(props));
  return {
    /** What the hook returned, render by render. */
    seen,
    customer: () => seen.at(-1) as HardenedCustomer,
    /** What `useStiggContext()` returned last. */
    context: () => context,
    rerender: (next: AppProps) => view.rerender(tree(next)),
    unmount: view.unmount,
  };
}

/** Waits until the page shows a status, and returns what the page then says. */
export async function shows(status: HardenedCustomer['status']) {
  const current = () => screen.getByTestId('status').textContent;
  await untilRendered(
    () => current() === status,
    () => `${status}; it is ${current()}`,
  );
  const text = (id: string) => screen.getByTestId(id).textContent;
  return {
    customer: text('customer'),
    error: text('error'),
    sso: text('sso'),
    seats: text('seats'),
    reports: text('reports'),
  };
}
