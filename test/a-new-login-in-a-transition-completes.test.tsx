import { act, render, screen } from '@testing-library/react';
import { HardenedStiggProvider, useHardenedCustomer } from 'hardened-stigg';
import {
  type ReactNode,
  StrictMode,
  Suspense,
  startTransition,
  useDeferredValue,
  useState,
  useTransition,
} from 'react';
import { describe, expect, test } from 'vitest';
import type { AppProps } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';
import { quiet } from './helpers/clocks';
import { until } from './helpers/until';

type Key = string | null;

/** What a test changes: the login, or the apiKey. */
interface Login {
  sessionKey: Key;
  apiKey: string;
}

function Reader() {
  const customer = useHardenedCustomer({ suspense: true });
  return <p data-testid="customer">{customer.customerId ?? 'a visitor'}</p>;
}

const reader = (
  <Suspense fallback={<p data-testid="customer">waiting</p>}>
    <Reader />
  </Suspense>
);

const Provided = ({ base, login }: { base: AppProps; login: Login }) => (
  <HardenedStiggProvider {...base} {...login}>
    {reader}
  </HardenedStiggProvider>
);

interface WayProps {
  base: AppProps;
  first: Login;
  next: Login;
}

const Change = ({ onClick }: { onClick: () => void }) => (
  <button type="button" onClick={onClick}>
    change
  </button>
);

function WithStartTransition({ base, first, next }: WayProps) {
  const [login, setLogin] = useState(first);
  return (
    <>
      <Change onClick={() => startTransition(() => setLogin(next))} />
      <Provided base={base} login={login} />
    </>
  );
}

function WithUseTransition({ base, first, next }: WayProps) {
  const [login, setLogin] = useState(first);
  const [isPending, start] = useTransition();
  return (
    <>
      <p>{isPending ? 'pending' : 'settled'}</p>
      <Change onClick={() => start(() => setLogin(next))} />
      <Provided base={base} login={login} />
    </>
  );
}

function WithServerAction({ base, first, next }: WayProps) {
  const [login, setLogin] = useState(first);
  const [, start] = useTransition();
  const signIn = async () => {
    await quiet(5); // the action itself
    start(() => setLogin(next));
  };
  return (
    <>
      <Change onClick={() => start(() => void signIn())} />
      <Provided base={base} login={login} />
    </>
  );
}

function WithDeferredValue({ base, first, next }: WayProps) {
  const [login, setLogin] = useState(first);
  const deferred = useDeferredValue(login);
  return (
    <>
      <Change onClick={() => setLogin(next)} />
      <Provided base={base} login={deferred} />
    </>
  );
}

/** The parent does not know about the login. It renders again, and its reads have changed. */
function WithParentRendered({ base, first, next }: WayProps) {
  const [store] = useState({ login: first });
  const [, again] = useState(0);
  const change = () => {
    store.login = next;
    startTransition(() => again(1));
  };
  return (
    <>
      <Change onClick={change} />
      <Provided base={base} login={{ ...store.login }} />
    </>
  );
}

const WAYS: [string, (props: WayProps) => ReactNode][] = [
  ['startTransition()', WithStartTransition],
  ['useTransition()', WithUseTransition],
  ['an action that awaits before it changes the state', WithServerAction],
  ['useDeferredValue()', WithDeferredValue],
  ['a parent that renders again in startTransition()', WithParentRendered],
];

async function start() {
  const { stigg } = await startStigg();
  const identity = await startIdentity(signedIn('acme'));
  const shows = (text: string) =>
    until(
      () => screen.queryAllByTestId('customer').some((element) => element.textContent === text),
      () => `${text}; it is ${screen.queryAllByTestId('customer').map((e) => e.textContent)}`,
    );
  const base: AppProps = { ...stigg, identityEndpoint: identity.url };
  const first: Login = { sessionKey: 'a', apiKey: stigg.apiKey };
  return { base, first, identity, shows };
}

const change = () => act(async () => screen.getByText('change').click());

/** It shows neither the fallback at once nor the old page behind it: the page shows the new customer. */
const onlyShows = (text: string) =>
  expect(
    screen
      .queryAllByTestId('customer')
      .filter((element) => element.style.display !== 'none')
      .map((element) => element.textContent),
  ).toEqual([text]);

describe.each([false, true])('StrictMode: %s', (strict) => {
  const open = (app: ReactNode) => render(strict ? <StrictMode>{app}</StrictMode> : app);

  test.each(WAYS)('a transition to another sessionKey by %s completes', async (_, Way) => {
    const { base, first, identity, shows } = await start();
    open(<Way base={base} first={first} next={{ ...first, sessionKey: 'b' }} />);
    await shows('acme');
    const { length } = identity.requests;

    identity.answer = signedIn('globex');
    await change();

    await shows('globex');
    onlyShows('globex');
    expect(identity.requests).toHaveLength(length + 1);
  });

  test.each(WAYS)('a transition to another apiKey by %s completes', async (_, Way) => {
    const { base, first, identity, shows } = await start();
    open(<Way base={base} first={first} next={{ ...first, apiKey: 'client-other' }} />);
    await shows('acme');
    const { length } = identity.requests;

    identity.answer = signedIn('globex');
    await change();

    await shows('globex');
    onlyShows('globex');
    expect(identity.requests).toHaveLength(length + 1);
  });

  test.each(WAYS)('a transition in which a visitor signs in by %s completes', async (_, Way) => {
    const { base, first, identity, shows } = await start();
    open(<Way base={base} first={{ ...first, sessionKey: null }} next={first} />);
    await shows('a visitor');
    expect(identity.requests).toHaveLength(0);

    await change();

    await shows('acme');
    onlyShows('acme');
    expect(identity.requests).toHaveLength(1);
  });

  test.each(WAYS)('a transition in which a customer signs out by %s completes', async (_, Way) => {
    const { base, first, identity, shows } = await start();
    open(<Way base={base} first={first} next={{ ...first, sessionKey: null }} />);
    await shows('acme');

    await change();

    await shows('a visitor');
    onlyShows('a visitor');
    expect(identity.requests).toHaveLength(1);
  });
});

function TwoChanges({ base, first }: { base: AppProps; first: Login }) {
  const [login, setLogin] = useState(first);
  const to = (sessionKey: Key) => startTransition(() => setLogin({ ...first, sessionKey }));
  return (
    <>
      {['b', 'c'].map((key) => (
        <button key={key} type="button" onClick={() => to(key)}>
          {key}
        </button>
      ))}
      <Provided base={base} login={login} />
    </>
  );
}

test('a second transition replaces one that is still waiting', async () => {
  const { base, first, identity, shows } = await start();
  render(<TwoChanges base={base} first={first} />);
  await shows('acme');

  identity.answer = () => new Promise(() => {});
  await act(async () => screen.getByText('b').click());
  await act(() => quiet());
  identity.answer = signedIn('globex');
  await act(async () => screen.getByText('c').click());

  await shows('globex');
  onlyShows('globex');
  expect(identity.requests.length).toBeLessThanOrEqual(3);
});

test('a reader that mounts inside the transition completes too', async () => {
  const { base, first, identity, shows } = await start();
  const app = (login: Login, more?: ReactNode) => (
    <HardenedStiggProvider {...base} {...login}>
      {more}
    </HardenedStiggProvider>
  );
  const view = render(app(first, <p>no reader</p>));
  await until(() => identity.requests.length === 1);

  identity.answer = signedIn('globex');
  await act(async () =>
    startTransition(() => view.rerender(app({ ...first, sessionKey: 'b' }, reader))),
  );

  await shows('globex');
  expect(identity.requests).toHaveLength(2);
});
