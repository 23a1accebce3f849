import { readFileSync } from 'node:fs';
import { HardenedStiggError, type Identity } from 'hardened-stigg';
import { expect, test } from 'vitest';
import {
  ANONYMOUS,
  accepted,
  begun,
  failed,
  type Grant,
  type Held,
  identified,
  isVouched,
  LOADING,
  ranOut,
  withoutClient,
} from '../src/core/held';
import { NEVER } from '../src/identity/lifetime';
import type { Client } from '../src/stigg/client';

const lifetime = { dueAt: NEVER, endsAt: NEVER };
const acme = { customerId: 'acme', customerToken: 'opaque' };
const globex = { ...acme, customerId: 'globex' };
const entitlements = { sso: true };
const grantOf = (client: Client | undefined): Grant => ({
  identity: client ? acme : { ...acme, entitlements },
  client,
  resourceId: undefined,
});
const busy = new HardenedStiggError('identity_http_error', 'Busy.', { retryable: true });
const silent = new HardenedStiggError('stigg_unreachable', 'Silent.');
const refused = new HardenedStiggError('customer_rejected', 'Refused.');
const wrong = new HardenedStiggError('identity_invalid', 'Wrong.');

/** The names of the held states in the table. */
const STATES: Record<string, Held> = {
  loading: LOADING,
  ready: accepted(grantOf({} as Client), lifetime),
  vouched: accepted(grantOf(undefined), lifetime),
  anonymous: ANONYMOUS,
  error: { status: 'error', failure: busy, isRefused: false, failures: 1, dueAt: NEVER },
};
const nameOf = (held: Held) => (isVouched(held) ? 'vouched' : held.status);

type Change = (held: Held) => Held;

const identify =
  (identity: Identity, resourceId?: string): Change =>
  (held) =>
    identified(held, identity, resourceId, lifetime);
const fail =
  (failure: HardenedStiggError, resourceId?: string): Change =>
  (held) =>
    failed(held, failure, resourceId, NEVER, () => NEVER);
/** Only a ready customer has a token that can end. */
const end =
  (isLoading: boolean, failure?: HardenedStiggError): Change =>
  (held) =>
    held.status === 'ready' ? ranOut({ ...held, failure }, isLoading, NEVER) : held;
/** Only these two remember that Stigg has refused. */
const afterRefusal =
  (change: Change): Change =>
  (held) =>
    held.status === 'loading' || held.status === 'error'
      ? change({ ...held, isRefused: true })
      : held;

const known = { ...acme, entitlements };
const otherKnown = { ...globex, entitlements };

/** The rows of the table: each is all of these changes, with one outcome. */
const EVENTS: Record<string, Change[]> = {
  '`refresh()` begins': [(held) => begun(held, false)],
  'an automatic request begins': [(held) => begun(held, true)],
  'an identity of the same customer, without entitlements': [identify(acme)],
  'an identity of another customer, without entitlements': [identify(globex)],
  'an identity of the same customer, with entitlements': [identify(known)],
  'an identity of another customer, with entitlements': [identify(otherKnown)],
  'the same, with a `resourceId`': [identify(otherKnown, 'site-1')],
  'an identity with entitlements, after Stigg has refused': [
    afterRefusal(identify(known)),
    afterRefusal(identify(otherKnown)),
  ],
  'Stigg accepts the customer': [() => accepted(grantOf({} as Client), lifetime)],
  'Stigg refuses, or the identity is wrong': [fail(refused), fail(wrong)],
  'the endpoint fails temporarily, or Stigg is silent': [fail(busy), fail(silent)],
  'the same, while another `resourceId` is loaded': [fail(busy, 'site-1'), fail(silent, 'site-1')],
  'nobody is signed in, or `signOut()`': [() => ANONYMOUS],
  'the token is over, while a request is under way': [end(true), end(true, busy)],
  'the token is over, and the last request has failed': [end(false, busy)],
  'the token is over otherwise': [end(false)],
  "another `apiKey` takes the SDK's client away": [withoutClient],
};

const section = /^## Every change$([\s\S]*?)^## /m.exec(
  readFileSync('docs/lifecycle.md', 'utf8'),
)?.[1];
const [, , ...rows] = [...`${section}`.matchAll(/^\| (.*) \|$/gm)].map(([, row]) =>
  `${row}`.split('|').map((cell) => cell.trim()),
);

test('this test tries every row of the table in the docs', () => {
  expect(rows.map(([event]) => event)).toEqual(Object.keys(EVENTS));
});

const cells = rows.flatMap(([event, before, after]) =>
  Object.keys(STATES).map((state) => {
    const isNamed = before === 'any' || `${before}`.split(', ').includes(state);
    return [`${event}`, state, isNamed && after !== 'the same' ? `${after}` : state] as const;
  }),
);

test.each(cells)(
  'as the table in the docs says, with %s, %s becomes %s',
  (event, state, outcome) => {
    for (const change of EVENTS[event] ?? []) {
      expect(nameOf(change(STATES[state] as Held))).toBe(outcome);
    }
  },
);
