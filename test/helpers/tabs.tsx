import type { StiggContextValue } from '@stigg/react-sdk';
import { act, render, within } from '@testing-library/react';
import { type HardenedCustomer, HardenedStiggProvider } from 'hardened-stigg';
import type { ReactNode } from 'react';
import { onTestFinished, vi } from 'vitest';
import type { AppProps } from './app';
import { EntitledPage } from './entitled-page';
import { until } from './until';

/** Another tab of the browser: a provider in a root of its own, with a channel of its own. */
export function openTab(props: AppProps, children?: ReactNode) {
  const seen: HardenedCustomer[] = [];
  let context: StiggContextValue;
  const tree = (current: AppProps, more?: ReactNode) => (
    <HardenedStiggProvider {...current}>
      <EntitledPage
        onRender={(customer, value) => {
          seen.push(customer);
          context = value;
        }}
      />
      {more}
    </HardenedStiggProvider>
  );
  const container = document.body.appendChild(document.createElement('div'));
  onTestFinished(() => container.remove());
  const view = render(tree(props, children), { container });
  const text = (id: string) => within(container).getByTestId(id).textContent;
  return {
    /** What the hook returned, render by render. */
    seen,
    customer: () => seen.at(-1) as HardenedCustomer,
    context: () => context,
    text,
    /** Waits until the tab shows a status, or a customer. */
    becomes: (expected: string) =>
      until(
        () => text('status') === expected || text('customer') === expected,
        () => `${expected}; the tab is ${text('status')} as ${text('customer')}`,
      ),
    rerender: (next: AppProps, more?: ReactNode) => view.rerender(tree(next, more)),
    unmount: view.unmount,
  };
}

/** Records what every tab posts on a channel: its name and its message. */
export function recordMessages() {
  const post = vi.spyOn(BroadcastChannel.prototype, 'postMessage');
  return () =>
    post.mock.calls.map(([data], index) => ({
      name: (post.mock.contexts[index] as BroadcastChannel).name,
      data: data as unknown,
    }));
}

/** A tab that repeats, at each call, the message of a real tab whose customer signed out. */
export async function newsOfSignOut(props: AppProps): Promise<() => void> {
  const messages = recordMessages();
  const tab = openTab(props);
  await tab.becomes('ready');
  act(() => tab.customer().signOut());
  await until(() => messages().length > 0);
  const { name, data } = messages().at(-1) as { name: string; data: unknown };
  tab.unmount();
  vi.restoreAllMocks();
  const channel = new BroadcastChannel(name);
  onTestFinished(() => channel.close());
  return () => channel.postMessage(data);
}
