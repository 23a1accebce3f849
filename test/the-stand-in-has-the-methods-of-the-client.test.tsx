import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Answers } from '../src/core/session';
import type { Client } from '../src/stigg/client';
import { createClientView } from '../src/stigg/client-view';
import { isStandIn, type StandInOwner } from '../src/stigg/stand-in';

/*
 * A stand-in is made from the classes of a client. These tests have classes of their own: one overrides a method, as the
 * SDK's offline client does, and one reports what it is called with.
 */

const removed = vi.fn();
const cleared = vi.fn();

class Base {
  name: string = 'base';
  readonly isCustomerLoaded: boolean = false;
  readonly isResourceLoaded = false;
  setCustomerId = async () => {};
  clearCustomer() {}
  async waitForInitialization() {
    return this;
  }
  getBooleanEntitlement(params: { featureId: string; resourceId?: string }) {
    return `${this.name} about ${params.featureId}`;
  }
  async getEntitlements(resourceId?: string) {
    return `${this.name} about ${resourceId}`;
  }
  async getPaywall() {
    return `${this.name}'s paywall`;
  }
  addListener(_event: string, _listener: () => void) {}
  removeListener(event: string, listener: () => void) {
    removed(event, listener);
  }
  clearResource(...args: unknown[]) {
    cleared(...args);
  }
}

class Offline extends Base {
  override async getPaywall() {
    return 'no paywall';
  }
}

class Loaded extends Base {
  override name = 'customer';
}

beforeEach(() => {
  removed.mockClear();
  cleared.mockClear();
});

/** A stand-in that replaces `base`. The customer has the resource `site-1`. */
function start({ base = new Base(), whenLoaded = async () => {} } = {}) {
  const login = new AbortController();
  const answers: Answers = {
    client: new Loaded() as unknown as Client,
    resourceId: 'site-1',
    entitlements: undefined,
  };
  const owner: StandInOwner = {
    getAnswers: () => answers,
    login: login.signal,
    whenLoaded,
    keepResource: () => {},
    refresh: async () => ({ status: 'anonymous', customerId: null }) as never,
    signOut: () => {},
  };
  const view = createClientView(base as unknown as Client, owner) as unknown as Base;
  return { view, end: () => login.abort(new Error('signed out')) };
}

test('a stand-in has the methods of the client, and those of a plain object', () => {
  const { view } = start();
  expect(Object.keys(view)).toEqual([
    'clearCustomer',
    'waitForInitialization',
    'getBooleanEntitlement',
    'getEntitlements',
    'getPaywall',
    'addListener',
    'removeListener',
    'clearResource',
  ]);
  expect(view.constructor).toBe(Object);
  expect(isStandIn(view)).toBe(true);
  expect(isStandIn(new Base())).toBe(false);
  expect(`${view}`).toBe('[object Object]');
});

test('a method that a class overrides is that of the class', async () => {
  const { view, end } = start({ base: new Offline() });
  expect(await view.getPaywall()).toBe("customer's paywall");
  end();
  expect(await view.getPaywall()).toBe('no paywall');
});

describe('a resource', () => {
  test.each([
    ['of the customer', 'site-1', 'customer'],
    ['that is not loaded', 'site-2', 'base'],
    ['that is not named', undefined, 'customer'],
  ] as const)('%s is answered for by the client that holds it', async (_, resourceId, name) => {
    const { view } = start();
    expect(view.getBooleanEntitlement({ featureId: 'sso', resourceId })).toBe(`${name} about sso`);
    expect(await view.getEntitlements(resourceId)).toBe(`${name} about ${resourceId}`);
  });

  test('clearResource() passes nothing on', () => {
    start().view.clearResource('site-1');
    expect(cleared.mock.calls).toEqual([[]]);
  });
});

test('after the login, a method does not wait for another load', async () => {
  const { view, end } = start({ whenLoaded: () => new Promise(() => {}) });
  end();
  expect(await view.getPaywall()).toBe("base's paywall");
});

test('setCustomerId() says what to do if the endpoint names another customer', async () => {
  const base = new Base();
  const { view } = start({
    base: Object.assign(Object.create({ setCustomerId: async () => {} }), base),
  });
  await expect((view as unknown as Client).setCustomerId('acme')).rejects.toThrow(
    'setCustomerId() named another customer than the identity endpoint: sign in on your backend first.',
  );
});

describe('the end of a login removes the listeners that are left', () => {
  const a = () => {};
  const b = () => {};

  test.each<[string, (view: Base) => void, [string, () => void][]]>([
    ['none', () => {}, []],
    [
      'all, in the order in which they came',
      (view) => {
        view.addListener('x', a);
        view.addListener('y', a);
        view.addListener('x', b);
      },
      [
        ['x', a],
        ['y', a],
        ['x', b],
      ],
    ],
    [
      'not the one that was removed before',
      (view) => {
        view.addListener('x', b);
        view.addListener('y', a);
        view.addListener('x', a);
        view.removeListener('x', a);
      },
      [
        ['x', b],
        ['y', a],
      ],
    ],
    [
      'not the first one, if that was removed',
      (view) => {
        view.addListener('x', a);
        view.addListener('y', a);
        view.removeListener('x', a);
      },
      [['y', a]],
    ],
    [
      'the second one of two that are the same',
      (view) => {
        view.addListener('x', a);
        view.addListener('x', a);
        view.removeListener('x', a);
      },
      [['x', a]],
    ],
    [
      'all, if another one was removed that was never added',
      (view) => {
        view.addListener('x', a);
        view.removeListener('x', b);
        view.removeListener('y', a);
      },
      [['x', a]],
    ],
  ])('%s', (_, act, left) => {
    const { view, end } = start();
    act(view);
    removed.mockClear();
    end();
    expect(removed.mock.calls).toEqual(left);
  });

  test('one that is added later is not heard', () => {
    const add = vi.spyOn(Base.prototype, 'addListener');
    const { view, end } = start();
    end();
    view.addListener('x', a);
    expect(add).not.toHaveBeenCalled();
  });
});
