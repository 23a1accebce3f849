import type { StiggClient } from '@stigg/react-sdk';
import { act } from '@testing-library/react';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { ACME, DENIED } from './helpers/expected';
import { SIGNING_SECRET } from './helpers/secret';

/** An app of `customer`. A script of the page, or one that it loaded, can reach `stigg`. */
async function start(customer: string | null = 'globex') {
  const { stigg, emulator } = await startStigg();
  const identity = await startIdentity(signedIn(customer));
  const props = { ...stigg, identityEndpoint: identity.url };
  const app = renderApp(props);
  await shows(customer === null ? 'anonymous' : 'ready');
  const requested = emulator.requests.length;
  return {
    app,
    props,
    identity,
    stigg: app.context().stigg,
    /** Nothing has changed: not the entitlements, not the customer, and not the later behaviour. */
    isUntouched: async ({ reads = 0 } = {}) => {
      await act(() => quiet());
      expect(emulator.requests.slice(requested + reads)).toEqual([]);
      expect(grants(app.context().stigg)).toBe(false);
      if (customer === null) expect(await shows('anonymous')).toMatchObject(DENIED);
      else expect(await shows('ready')).toMatchObject({ customer, ...DENIED });

      identity.answer = signedIn('acme');
      await act(() => app.customer().refresh());
      expect(await shows('ready')).toEqual(ACME);
      expect(grants(app.context().stigg)).toBe(true);
      act(() => app.context().stigg.clearCustomer());
      expect(await shows('anonymous')).toMatchObject(DENIED);
      expect(grants(app.context().stigg)).toBe(false);
    },
  };
}

const grants = (stigg: StiggClient) => stigg.getBooleanEntitlement({ featureId: 'sso' }).hasAccess;

const granted = () => ({ hasAccess: true, isFallback: false });

const acmeToken = () => createCustomerToken('acme', SIGNING_SECRET);

/** Every prototype of an object, up to that of plain objects. */
function prototypes(value: object): object[] {
  const proto: object | null = Object.getPrototypeOf(value);
  return proto === null || proto === Object.prototype ? [] : [proto, ...prototypes(proto)];
}

const KEYS = [
  'getBooleanEntitlement',
  'getNumericEntitlement',
  'clearCustomer',
  'setCustomerId',
  'refresh',
  'isCustomerLoaded',
  'configuration',
  'eventEmitter',
  'globalEntitlementsService',
  'waitForInitialization',
  'somethingOfTheirOwn',
] as const;

describe.each(KEYS)('%s', (key) => {
  test('a page cannot assign to the stand-in client', async () => {
    const { stigg, isUntouched } = await start();
    expect(() => {
      (stigg as unknown as Record<string, unknown>)[key] = granted;
    }).toThrow(TypeError);
    await isUntouched();
  });

  test('a page cannot set, define or delete through reflection on the stand-in', async () => {
    const { stigg, isUntouched } = await start();
    const forged = { value: granted, configurable: true, writable: true };

    expect(Reflect.set(stigg, key, granted)).toBe(false);
    expect(Reflect.defineProperty(stigg, key, forged)).toBe(false);
    expect(() => Object.defineProperty(stigg, key, forged)).toThrow(TypeError);
    expect(() => Object.defineProperties(stigg, { [key]: forged })).toThrow(TypeError);
    expect(() => Object.assign(stigg, { [key]: granted })).toThrow(TypeError);
    Reflect.deleteProperty(stigg, key);

    await isUntouched();
  });

  test('a page cannot set through an object that inherits from the stand-in', async () => {
    const { stigg, isUntouched } = await start();
    const heir = Object.create(stigg) as Record<string, unknown>;
    try {
      heir[key] = granted; // may work: it is the heir's own
    } catch {}
    await isUntouched();
  });
});

describe('the prototype of the stand-in', () => {
  test('a page cannot replace the prototype of the stand-in', async () => {
    const { stigg, isUntouched } = await start();
    expect(Reflect.setPrototypeOf(stigg, { getBooleanEntitlement: granted })).toBe(false);
    expect(() => Object.setPrototypeOf(stigg, null)).toThrow(TypeError);
    await isUntouched();
  });

  test('a page cannot reach the Stigg client through the prototype of the stand-in', async () => {
    const { stigg, isUntouched } = await start();
    for (const proto of prototypes(stigg)) {
      const { setCustomerId, clearCustomer, refresh } = proto as Partial<StiggClient>;
      for (const self of [proto, stigg, Object.create(stigg)]) {
        await attempt(() => setCustomerId?.call(self, 'acme', acmeToken()));
        expect(grants(stigg)).toBe(false);
        await attempt(() => clearCustomer?.call(self));
        await attempt(() => refresh?.call(self));
      }
    }
    await act(() => quiet());
    await isUntouched();
  });

  test('a page cannot change the answers of the real client through the prototype', async () => {
    const { stigg, isUntouched } = await start();
    const restore: (() => void)[] = [];
    for (const proto of prototypes(stigg)) {
      const own = Object.getOwnPropertyDescriptor(proto, 'getBooleanEntitlement');
      restore.push(() => {
        if (own) Object.defineProperty(proto, 'getBooleanEntitlement', own);
        else Reflect.deleteProperty(proto, 'getBooleanEntitlement');
      });
      Reflect.set(proto, 'getBooleanEntitlement', granted);
    }
    try {
      expect(grants(stigg)).toBe(false);
    } finally {
      for (const undo of restore) undo();
    }
    await isUntouched();
  });
});

/** Whatever it throws, or rejects with, is a refusal. */
async function attempt(call: () => unknown) {
  try {
    await call();
  } catch {}
}

describe('the stand-in client', () => {
  test.each([
    ['preventExtensions', Object.preventExtensions],
    ['seal', Object.seal],
    ['freeze', Object.freeze],
  ])('the stand-in keeps working if a page tries to %s it', async (_, close) => {
    const { stigg, isUntouched } = await start();
    await attempt(() => close(stigg));
    await isUntouched();
  });

  test('property descriptors of the stand-in reveal nothing else', async () => {
    const { stigg, isUntouched } = await start();
    for (const key of Reflect.ownKeys(stigg)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(stigg, key);
      const value = descriptor?.value as Partial<StiggClient> | undefined;
      await attempt(() => value?.setCustomerId?.('acme', acmeToken()));
      if (key === 'setCustomerId') {
        await attempt(() => Reflect.apply(value as () => unknown, stigg, ['acme', acmeToken()]));
      }
      if (key === 'clearCustomer') continue; // signs out, as it should
      expect(value === undefined || value === Reflect.get(stigg, key)).toBe(true);
    }
    await isUntouched();
  });

  test('no value of the stand-in can be used to change the identity', async () => {
    const { stigg, isUntouched } = await start();
    for (const key of [...Reflect.ownKeys(stigg), 'configuration']) {
      const value: unknown = Reflect.get(stigg, key);
      if (typeof value !== 'object' || value === null) continue;
      Reflect.set(value, 'customerId', 'acme');
      Reflect.set(value, 'customerToken', acmeToken());
    }
    const customer = await stigg.getCustomer();
    expect(customer.id).toBe('globex');
    await isUntouched({ reads: 1 });
  });

  test('the stand-in protects a visitor in the same way', async () => {
    const { stigg, isUntouched } = await start(null);
    const replaced = vi.fn(granted);
    Reflect.set(stigg, 'getBooleanEntitlement', replaced);
    Reflect.defineProperty(stigg, 'getBooleanEntitlement', { value: replaced, configurable: true });
    await attempt(() => stigg.setCustomerId('acme', acmeToken()));
    await isUntouched();
    expect(replaced).not.toHaveBeenCalled();
  });

  test('an attack on one provider does not reach the next', async () => {
    const { stigg, app, props, identity } = await start();
    Reflect.set(stigg, 'getBooleanEntitlement', granted);
    Reflect.defineProperty(stigg, 'isCustomerLoaded', { value: true, configurable: true });
    identity.answer = signedIn(null);
    app.unmount();

    const next = renderApp(props);

    expect(await shows('anonymous')).toMatchObject(DENIED);
    expect(grants(next.context().stigg)).toBe(false);
    expect(next.context().stigg.isCustomerLoaded).toBe(false);
  });
});
