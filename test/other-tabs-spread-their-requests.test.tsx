import { act, cleanup, render } from '@testing-library/react';
import { type HardenedCustomer, HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';
import { useEffect } from 'react';
import { describe, expect, test, vi } from 'vitest';
import type { AppProps } from './helpers/app';
import { startStigg } from './helpers/backend';
import { pass, passUntil, stopTime, turns } from './helpers/fake-time';
import { SIGNING_SECRET } from './helpers/secret';

interface Tab {
  /** What the hook returned last. */
  customer: HardenedCustomer;
  /** When the endpoint was requested. */
  asked: number[];
}

function Reader({ tab }: { tab: Tab }) {
  const customer = useHardenedCustomer();
  useEffect(() => {
    tab.customer = customer;
  });
  return null;
}

/** Tabs of one browser: providers with roots of their own, and one session cookie. */
async function openTabs(count: number, customerId: string | null, props: Partial<AppProps> = {}) {
  const { stigg } = await startStigg();
  const apiKey = `client-${crypto.randomUUID()}`;
  const cookie = { customerId };
  stopTime();
  const tabs = Array.from({ length: count }, () => {
    const tab: Tab = { customer: {} as HardenedCustomer, asked: [] };
    const identityEndpoint = async () => {
      tab.asked.push(Date.now());
      const { customerId } = cookie;
      return (
        customerId && { customerId, customerToken: createCustomerToken(customerId, SIGNING_SECRET) }
      );
    };
    render(
      <HardenedStiggProvider
        {...stigg}
        apiKey={apiKey}
        identityEndpoint={identityEndpoint as () => Promise<null>}
        {...props}
      >
        <Reader tab={tab} />
      </HardenedStiggProvider>,
      { container: document.body.appendChild(document.createElement('div')) },
    );
    return tab;
  });
  const status = customerId ? 'ready' : 'anonymous';
  await passUntil(() => tabs.every(({ customer }) => customer.status === status), 5000);
  // The messages of the first loads have all arrived.
  await turns();
  await pass(5000);
  await turns();
  for (const tab of tabs) tab.asked.length = 0;
  const [first, ...others] = tabs as [Tab, ...Tab[]];
  return { cookie, first, others, asked: () => others.flatMap((tab) => tab.asked) };
}

const is = (status: HardenedCustomer['status']) => (tab: Tab) => tab.customer.status === status;

describe('seven other tabs', () => {
  test('seven other tabs spread their requests over a second when one tab signs in', async () => {
    const { cookie, first, others, asked } = await openTabs(8, null);
    cookie.customerId = 'acme';
    await act(() => first.customer.refresh());
    expect(first.customer.status).toBe('ready');
    const toldAt = Date.now();

    await turns();
    expect(asked()).toEqual([]);

    await pass(1000);
    const waited = asked().map((time) => time - toldAt);
    expect(waited).toHaveLength(7);
    expect(Math.max(...waited)).toBeLessThanOrEqual(1000);
    expect(Math.max(...waited) - Math.min(...waited)).toBeGreaterThan(100);
    expect(new Set(waited).size).toBeGreaterThan(3);

    await passUntil(() => others.every(is('ready')), 5000);
    await pass(5000);
    expect(asked()).toHaveLength(7); // and do not set each other off
    expect(first.asked).toHaveLength(1);
  });

  test('seven other tabs spread their requests over a second when one tab signs out', async () => {
    const { cookie, first, others, asked } = await openTabs(8, 'acme');
    cookie.customerId = null;
    act(() => first.customer.signOut());

    await turns();
    expect(asked()).toEqual([]);
    expect(others.every(is('ready'))).toBe(true);

    await pass(1000);
    expect(others.every(is('anonymous'))).toBe(true);
    expect(asked()).toHaveLength(7);
    expect(new Set(asked()).size).toBeGreaterThan(3);
  });
});

test('a single other tab waits no longer than a second', async () => {
  const { cookie, first, others, asked } = await openTabs(2, 'acme');
  cookie.customerId = 'globex';
  await act(() => first.customer.refresh());

  await turns();
  expect(asked()).toEqual([]);
  await pass(1000);
  expect(asked()).toHaveLength(1);
  await passUntil(() => others[0]?.customer.customerId === 'globex', 5000);
});

test('a tab that is closed while it waits requests nothing', async () => {
  const { cookie, first, asked } = await openTabs(2, 'acme');
  cookie.customerId = null;
  act(() => first.customer.signOut());
  await turns();
  expect(asked()).toEqual([]);

  cleanup();
  await pass(5000);
  expect(asked()).toEqual([]);
});

test('refresh() does not wait for the other tabs', async () => {
  const { cookie, first, others, asked } = await openTabs(2, 'acme');
  cookie.customerId = null;
  act(() => first.customer.signOut());
  await turns();
  expect(asked()).toEqual([]);

  await act(() => others[0]?.customer.refresh() as Promise<unknown>);
  expect(others[0]?.customer.status).toBe('anonymous');
  expect(asked()).toHaveLength(1);
  await pass(5000);
  expect(asked().length).toBeLessThanOrEqual(2);
});

test.each([0, 0.999_999])(
  'a tab requests within the second for every random number: %s',
  async (random) => {
    const { cookie, first, asked } = await openTabs(3, 'acme');
    vi.spyOn(Math, 'random').mockReturnValue(random);
    cookie.customerId = null;
    act(() => first.customer.signOut());
    await turns();
    expect(asked()).toEqual([]);
    await pass(1000);
    expect(asked()).toHaveLength(2);
  },
);
