import { act } from '@testing-library/react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { ACME, DENIED } from './helpers/expected';

const Real = globalThis.BroadcastChannel;
const forbidden = (name: string) => new DOMException('The operation is insecure.', name);

const BROWSERS: [string, () => void][] = [
  [
    'whose channel cannot be made',
    () =>
      vi.stubGlobal(
        'BroadcastChannel',
        class {
          constructor() {
            throw forbidden('SecurityError');
          }
        },
      ),
  ],
  ['that has no channels', () => vi.stubGlobal('BroadcastChannel', undefined)],
  [
    'where the very name throws',
    () => {
      Object.defineProperty(globalThis, 'BroadcastChannel', {
        configurable: true,
        get: () => {
          throw forbidden('SecurityError');
        },
      });
      onTestFinished(() => {
        Object.defineProperty(globalThis, 'BroadcastChannel', {
          configurable: true,
          writable: true,
          value: Real,
        });
      });
    },
  ],
  [
    'whose channel cannot be posted to',
    () =>
      vi.stubGlobal(
        'BroadcastChannel',
        class extends Real {
          override postMessage() {
            throw forbidden('InvalidStateError');
          }
        },
      ),
  ],
  [
    'whose channel cannot be closed',
    () =>
      vi.stubGlobal(
        'BroadcastChannel',
        class extends Real {
          override close() {
            super.close();
            throw forbidden('InvalidStateError');
          }
        },
      ),
  ],
];

test.each(
  BROWSERS.flatMap(([browser, forbid]) => [
    [browser, false, forbid] as const,
    [browser, true, forbid] as const,
  ]),
)(
  'in a browser %s everything works, except that tabs do not hear of each other (StrictMode: %s)',
  async (_, strict, forbid) => {
    const { stigg } = await startStigg();
    const identity = await startIdentity(signedIn('acme'));
    const onError = vi.fn();
    const props = { ...stigg, identityEndpoint: identity.url, sessionKey: 'a', onError };
    forbid();

    const app = renderApp(props, { strict });
    expect(await shows('ready')).toEqual(ACME);

    identity.answer = signedIn('globex');
    await act(() => app.customer().refresh());
    expect(await shows('ready')).toMatchObject({ customer: 'globex', ...DENIED });

    identity.answer = signedIn('acme');
    app.rerender({ ...props, sessionKey: 'b' });
    expect(await shows('ready')).toEqual(ACME);

    act(() => app.customer().signOut());
    expect(await shows('anonymous')).toMatchObject(DENIED);

    await act(() => app.customer().refresh());
    expect(await shows('ready')).toEqual(ACME);

    app.rerender({ ...props, sessionKey: null });
    expect(await shows('anonymous')).toMatchObject(DENIED);

    expect(() => app.unmount()).not.toThrow();
    await quiet();
    expect(onError).not.toHaveBeenCalled();
  },
);
