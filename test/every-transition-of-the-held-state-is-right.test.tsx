import { HardenedStiggError, type Identity } from 'hardened-stigg';
import { describe, expect, test } from 'vitest';
import {
  ANONYMOUS,
  accepted,
  answerOf,
  backgroundFailure,
  begun,
  failed,
  type Held,
  hasSignedOut,
  identified,
  LOADING,
  ranOut,
  renewalAt,
  SIGNED_OUT,
  wanted,
  withoutClient,
  withResource,
} from '../src/core/held';
import { type Moment, NEVER } from '../src/identity/lifetime';
import type { Client } from '../src/stigg/client';

const at = (ms: number) => ({ wall: ms, mono: ms });
const grant = {
  identity: { customerId: 'acme', customerToken: 'opaque' },
  client: {} as Client,
  resourceId: undefined,
};
const busy = new HardenedStiggError('identity_http_error', 'Busy.', { retryable: true });
const silent = new HardenedStiggError('stigg_unreachable', 'Silent.');
const refused = new HardenedStiggError('customer_rejected', 'Refused.');

const ready = accepted(grant, { dueAt: at(9), endsAt: at(10) });
const endless = accepted(grant, { dueAt: NEVER, endsAt: NEVER });
const failing: Held = {
  status: 'error',
  failure: busy,
  isRefused: false,
  failures: 3,
  dueAt: at(5),
};
const refusing: Held = { ...failing, failure: refused, isRefused: true };
const noDue = (held: Held): Held => ({ ...held, dueAt: NEVER });
const fail = (held: Held, error: HardenedStiggError, resourceId?: string) =>
  failed(held, error, resourceId, at(1), (attempt) => at(100 + attempt));

const failedBefore = { ...ready, failure: busy, failures: 1 };
const lifetime = { dueAt: at(9), endsAt: at(10) };
const acme = grant.identity;
const globex = { ...acme, customerId: 'globex' };
const vouchedAcme = { ...acme, entitlements: { sso: true } };
const vouched = accepted(
  { identity: vouchedAcme, client: undefined, resourceId: undefined },
  lifetime,
);
const identify = (held: Held, identity: Identity, resourceId?: string) =>
  identified(held, identity, resourceId, lifetime);
const loadingRefused: Held = { ...LOADING, isRefused: true };
/** As the session does for another resource: the lifetime does not change. */
const other = { ...grant, client: {} as Client, resourceId: 'site-1' };

/** Each row runs in its own test, so that a mutation run sees which test notices what. */
const TABLE: [name: string, next: () => Held, expected: Held][] = [
  ['begun: loading stays loading', () => begun(LOADING, false), LOADING],
  ['begun: ready stays ready, with nothing due', () => begun(ready, false), noDue(ready)],
  ['begun: a visitor sees loading', () => begun(ANONYMOUS, false), LOADING],
  ['begun: an error gives way to loading', () => begun(failing, false), LOADING],
  ['begun: a refusal is not forgotten', () => begun(refusing, false), loadingRefused],
  [
    'begun: a load that began after a refusal does not forget it either',
    () => begun(loadingRefused, false),
    loadingRefused,
  ],
  ['begun quietly: a visitor stays one', () => begun(ANONYMOUS, true), ANONYMOUS],
  ['begun quietly: an error stays', () => begun(failing, true), noDue(failing)],
  ['identified: the same customer stays', () => identify(ready, acme), ready],
  ['identified: another customer clears this one', () => identify(ready, globex), LOADING],
  ['identified: a visitor stays until Stigg accepts', () => identify(ANONYMOUS, acme), ANONYMOUS],
  ['identified: who is vouched for is ready', () => identify(LOADING, vouchedAcme), vouched],
  [
    'identified: a visitor who is vouched for is, too',
    () => identify(ANONYMOUS, vouchedAcme),
    vouched,
  ],
  ['identified: an error is over', () => identify(failing, vouchedAcme), vouched],
  ["identified: Stigg's own answers go on", () => identify(ready, vouchedAcme), ready],
  [
    'identified: newer entitlements take the place of older ones, and Stigg has failed as often as before',
    () =>
      identify({ ...vouched, failure: silent, failures: 2 }, { ...vouchedAcme, entitlements: {} }),
    {
      ...vouched,
      failures: 2,
      grant: { ...vouched.grant, identity: { ...vouchedAcme, entitlements: {} } },
    },
  ],
  [
    'identified: a backend that cannot tell takes nothing back',
    () => identify(vouched, acme),
    vouched,
  ],
  [
    'identified: another customer who is vouched for follows at once',
    () => identify(ready, { ...vouchedAcme, customerId: 'globex' }),
    {
      ...vouched,
      grant: { ...vouched.grant, identity: { ...vouchedAcme, customerId: 'globex' } },
    },
  ],
  [
    'identified: a resource has entitlements of its own',
    () => identify(LOADING, vouchedAcme, 'site-1'),
    LOADING,
  ],
  [
    'identified: nobody vouches for what Stigg has refused',
    () => identify(loadingRefused, vouchedAcme),
    loadingRefused,
  ],
  ['identified: nor in the background', () => identify(refusing, vouchedAcme), refusing],
  [
    'accepted: of what was held before, only the lifetime stays',
    () => accepted(other, failedBefore),
    { ...ready, grant: other },
  ],
  [
    'failed: a temporary failure leaves a ready customer',
    () => fail(ready, busy),
    { ...ready, failure: busy, failures: 1, dueAt: at(1) },
  ],
  [
    'failed: so does a silent Stigg',
    () => fail(ready, silent),
    { ...ready, failure: silent, failures: 1, dueAt: at(1) },
  ],
  [
    'failed: a token without an end needs no other',
    () => fail(endless, busy),
    { ...endless, failure: busy, failures: 1, dueAt: NEVER },
  ],
  [
    'failed: what the backend has vouched for stays, and its token is renewed in time',
    () => fail({ ...vouched, failure: silent, failures: 2 }, silent),
    { ...vouched, failure: silent, failures: 3, dueAt: at(9) },
  ],
  [
    'failed: if its token lasts longer, Stigg is tried again in the background',
    () => fail({ ...vouched, renewAt: NEVER, failure: silent, failures: 2 }, silent),
    { ...vouched, renewAt: NEVER, failure: silent, failures: 3, dueAt: at(102) },
  ],
  [
    'failed: an endpoint that fails is tried again in the background, whenever its token is due',
    () => fail(vouched, busy),
    { ...vouched, failure: busy, failures: 1, dueAt: at(100) },
  ],
  [
    'failed: a refusal ends it, even if the backend has vouched',
    () => fail(vouched, refused),
    { status: 'error', failure: refused, isRefused: true, failures: 1, dueAt: NEVER },
  ],
  [
    'failed: another resource is not what was held',
    () => fail(ready, silent, 'site-1'),
    { status: 'error', failure: silent, isRefused: false, failures: 1, dueAt: at(100) },
  ],
  [
    'failed: a refusal ends it, and nothing is due',
    () => fail(ready, refused),
    { status: 'error', failure: refused, isRefused: true, failures: 1, dueAt: NEVER },
  ],
  ['failed: a visitor stays one', () => fail(ANONYMOUS, busy), ANONYMOUS],
  [
    'failed: a visitor who is refused sees it',
    () => fail(ANONYMOUS, refused),
    { status: 'error', failure: refused, isRefused: true, failures: 1, dueAt: NEVER },
  ],
  [
    'failed: a first load shows the error, and is tried again',
    () => fail(LOADING, busy),
    { status: 'error', failure: busy, isRefused: false, failures: 1, dueAt: at(100) },
  ],
  [
    'failed: the next attempt in the background comes later',
    () => fail(failing, busy),
    { status: 'error', failure: busy, isRefused: false, failures: 4, dueAt: at(103) },
  ],
  [
    'failed: what is temporary takes no refusal back',
    () => fail(loadingRefused, silent),
    { status: 'error', failure: silent, isRefused: true, failures: 1, dueAt: at(100) },
  ],
  [
    'failed: nor does it in the background',
    () => fail(refusing, busy),
    { status: 'error', failure: busy, isRefused: true, failures: 4, dueAt: at(103) },
  ],
  ['ranOut: a load that runs is waited for', () => ranOut(ready, true, at(7)), LOADING],
  [
    'ranOut: without a failure the next is due',
    () => ranOut(ready, false, at(7)),
    { ...LOADING, dueAt: at(7) },
  ],
  [
    'ranOut: the last failure shows',
    () => ranOut({ ...ready, failure: busy }, false, at(7)),
    { status: 'error', failure: busy, isRefused: false, failures: 1, dueAt: at(7) },
  ],
  ['wanted: sooner counts', () => wanted(ready, at(3)), { ...ready, dueAt: at(3) }],
  ['wanted: later does not', () => wanted(ready, at(30)), ready],
  [
    'wanted: each clock for itself',
    () => wanted(ready, { wall: 3, mono: 30 }),
    { ...ready, dueAt: { wall: 3, mono: 9 } },
  ],
  [
    'withResource: the rest stays',
    () => withResource(ready, 'site-1'),
    { ...ready, grant: { ...grant, resourceId: 'site-1' } },
  ],
  ['withoutClient: a customer is gone', () => withoutClient(ready), LOADING],
  ['withoutClient: who is vouched for stays', () => withoutClient(vouched), vouched],
  ['withoutClient: an error is gone', () => withoutClient(failing), LOADING],
  ['withoutClient: a visitor stays one', () => withoutClient(ANONYMOUS), ANONYMOUS],
];

describe('the next held state', () => {
  test.each(TABLE)('%s', (_, next, expected) => {
    expect(next()).toEqual(expected);
  });
});

test.each([
  [ready, 'acme'],
  [vouched, 'acme'],
  [ANONYMOUS, null],
  [LOADING, undefined],
  [failing, undefined],
])('the customer on which the session settled, with the status $status', (held, answer) => {
  expect(answerOf(held)).toBe(answer);
});

const silentlyVouched = { ...vouched, failure: silent };

test.each<[string, Held, HardenedStiggError | undefined]>([
  ['an error', failing, busy],
  ['a silent Stigg, while the backend vouches', silentlyVouched, silent],
  ['not what a customer of Stigg does not see', failedBefore, undefined],
  ['nothing while a load runs', LOADING, undefined],
  ['nothing for a visitor', ANONYMOUS, undefined],
])('what is tried again in the background: %s', (_, held, failure) => {
  expect(backgroundFailure(held)).toBe(failure);
});

test.each<[string, Held, Moment]>([
  ['in time, while the backend vouches and Stigg is silent', silentlyVouched, at(9)],
  ['not if it was the backend that failed', { ...vouched, failure: busy }, NEVER],
  ['not before anything has failed', vouched, NEVER],
  ['not once Stigg has accepted', { ...ready, failure: silent }, NEVER],
  ['not in an error', { ...failing, failure: silent }, NEVER],
])('the backend is requested for the next token: %s', (_, held, moment) => {
  expect(renewalAt(held)).toEqual(moment);
});

test.each<[Held, boolean]>([
  [SIGNED_OUT, true],
  [ANONYMOUS, false],
  [LOADING, false],
  [ready, false],
])('whether a visitor has signed out: %#', (held, is) => {
  expect(hasSignedOut(held)).toBe(is);
});
