import type { StiggClient } from '@stigg/react-sdk';
import { StiggContext } from '@stigg/react-sdk';
import { act, render } from '@testing-library/react';
import * as hardenedStigg from 'hardened-stigg';
import { type Context, StrictMode, useContext } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { expiring, signedIn, startIdentity, startStigg } from './helpers/backend';
import { EntitledPage } from './helpers/entitled-page';
import { until } from './helpers/until';

const { HardenedStiggProvider } = hardenedStigg;

afterEach(() => {
  vi.restoreAllMocks();
});

const TOKEN = /HMAC-SHA256 |EXPIRING /;

const isContext = (value: unknown): value is Context<unknown> =>
  typeof value === 'object' && value !== null && 'Provider' in value && '$$typeof' in value;

/** What the package exports for others to read with `useContext`. */
const CONTEXTS = Object.values(hardenedStigg as Record<string, unknown>).filter(isContext);

/** The clients that StiggProvider made: what is inside them is the SDK's. */
async function watchClients() {
  const { default: exported } = await import('@stigg/js-client-sdk');
  const { default: Stigg = exported } = exported as { default?: typeof exported };
  const initialize = vi.spyOn(Stigg, 'initialize');
  return (value: object) =>
    initialize.mock.results.some(
      ({ value: client }) =>
        value === client || Object.prototype.isPrototypeOf.call(client as object, value),
    );
}

/**
 * The paths at which a token can be read: properties, getters, prototypes, entries of collections, and what
 * methods called `get…` give that need no argument. Closures stay closed, and the document is searched elsewhere.
 */
function findToken(
  root: unknown,
  isOfTheSdk: (value: object) => boolean,
  maxDepth = 400,
): string[] {
  const found: string[] = [];
  const seen = new Set<object>();
  const queue: [unknown, string, number][] = [[root, 'it', 0]];
  const visit = (value: unknown, path: string, depth: number) => {
    if (typeof value === 'string') {
      if (TOKEN.test(value)) found.push(path);
    } else if (
      typeof value === 'object' &&
      value !== null &&
      depth < maxDepth &&
      !seen.has(value)
    ) {
      queue.push([value, path, depth]);
    }
  };
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [value, path, depth] = next;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isOfTheSdk(value) || value instanceof Node || value === window) continue;
    if (value instanceof Map || value instanceof Set) {
      for (const entry of value) visit(entry, `${path}.entry`, depth + 1);
    }
    for (let owner: object | null = value; owner; owner = Object.getPrototypeOf(owner)) {
      if (owner === Object.prototype || owner === Array.prototype) break;
      for (const key of Reflect.ownKeys(owner)) {
        let held: unknown;
        try {
          held = Reflect.get(value, key, value);
          if (/^get[A-Z]/.test(String(key)) && typeof held === 'function' && held.length === 0) {
            held = Reflect.apply(held, value, []);
          }
        } catch {
          continue;
        }
        visit(held, `${path}.${String(key)}`, depth + 1);
      }
    }
  }
  return found;
}

async function start({ strict = false, rotates = false } = {}) {
  const isOfTheSdk = await watchClients();
  const { stigg, emulator } = await startStigg();
  const identity = await startIdentity(rotates ? expiring(emulator, 'acme') : signedIn('acme'));
  const read: { customer?: hardenedStigg.HardenedCustomer; contexts: unknown[]; stigg?: unknown } =
    { contexts: [] };
  const app = (
    <HardenedStiggProvider {...stigg} identityEndpoint={identity.url} resourceId="site-1">
      <EntitledPage
        onRender={(customer, context) => {
          read.customer = customer;
          read.stigg = context;
        }}
      />
      <ReadContexts onRead={(values) => Object.assign(read, { contexts: values })} />
    </HardenedStiggProvider>
  );
  const { container, unmount } = render(strict ? <StrictMode>{app}</StrictMode> : app);
  await until(() => read.customer?.status === 'ready');
  return { isOfTheSdk, container, read, identity, emulator, unmount };
}

function ReadContexts({ onRead }: { onRead: (values: unknown[]) => void }) {
  // As many in every render: the exports of a module do not change.
  const values = [...CONTEXTS, StiggContext as Context<unknown>].map((context) =>
    // biome-ignore lint/correctness/useHookAtTopLevel: see above
    useContext(context),
  );
  onRead(values);
  return null;
}

/** The root of React's own tree. */
function fiberRoot(container: Element): unknown {
  const key = Object.keys(container).find((name) => name.startsWith('__reactContainer$'));
  return (container as unknown as Record<string, unknown>)[`${key}`];
}

test('the search of this test finds a token in every place', () => {
  const token = 'HMAC-SHA256 acme:00';
  const isOfTheSdk = (value: object) => value === sdk;
  const sdk = { token };
  class Holder {
    #token = token;
    get hidden() {
      return this.#token;
    }
  }
  const places: unknown[] = [
    { a: [{ b: token }] },
    new Map([['k', { token }]]),
    new Set([token]),
    new Holder(),
    Object.create({ token }),
    { getGrant: () => ({ identity: { token } }) },
    new Proxy(sdk, {}),
    { [Symbol('s')]: token },
  ];
  for (const place of places) expect(findToken(place, isOfTheSdk)).not.toEqual([]);
  expect(findToken({ sdk, closure: () => token }, isOfTheSdk)).toEqual([]);
});

describe.each([false, true])('StrictMode: %s', (strict) => {
  describe.each([false, true])('after a rotation: %s', (rotates) => {
    const settled = async () => {
      const started = await start({ strict, rotates });
      if (rotates) {
        for (let i = 0; i < 2; i++)
          await act(() => started.read.customer?.refresh() as Promise<unknown>);
      }
      return started;
    };

    test('what the hook returns holds no token', async () => {
      const { read, isOfTheSdk } = await settled();
      expect(findToken(read.customer, isOfTheSdk)).toEqual([]);
    });

    test('what useStiggContext() returns holds no token, and its configuration does not either', async () => {
      const { read, isOfTheSdk } = await settled();
      expect(findToken(read.stigg, isOfTheSdk)).toEqual([]);
      const { stigg } = read.stigg as { stigg: StiggClient & { configuration?: object } };
      expect(findToken(stigg.configuration, isOfTheSdk)).toEqual([]);
      expect(findToken({ ...stigg }, isOfTheSdk)).toEqual([]);
    });

    test('the exported contexts hold no token', async () => {
      const { read, isOfTheSdk } = await settled();
      expect(read.contexts.length).toBeGreaterThanOrEqual(1);
      expect(findToken(read.contexts, isOfTheSdk)).toEqual([]);
    });

    test("React's own tree holds no token", async () => {
      const { container, isOfTheSdk } = await settled();
      const root = fiberRoot(container);
      expect(root).toBeInstanceOf(Object);
      expect(findToken(root, isOfTheSdk)).toEqual([]);
    });
  });
});

test('after a sign-out, and after the end of the provider, nothing holds the token either', async () => {
  const { container, read, isOfTheSdk, unmount } = await start({ rotates: true });
  const root = fiberRoot(container);
  act(() => read.customer?.signOut());
  expect(findToken([root, read], isOfTheSdk)).toEqual([]);
  unmount();
  expect(findToken([root, read], isOfTheSdk)).toEqual([]);
});

test('the window holds no token, even after a preload', async () => {
  const { isOfTheSdk } = await start();
  const globals = Object.keys(globalThis)
    .filter((key) => /stigg/i.test(key))
    .map((key) => (globalThis as unknown as Record<string, unknown>)[key]);
  expect(findToken(globals, isOfTheSdk)).toEqual([]);
});
