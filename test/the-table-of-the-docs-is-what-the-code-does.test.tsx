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
  type Ready,
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

/** The columns of the table. */
const STATES: Record<string, Held> = {
  loading: LOADING,
  ready: accepted(grantOf({} as Client), lifetime),
  vouched: accepted(grantOf(undefined), lifetime),
  anonymous: ANONYMOUS,
  error: { status: 'error', failure: busy, failures: 1, dueAt: NEVER },
};

type Change = (held: Held) => Held;

const identify =
  (identity: Identity, resourceId?: string): Change =>
  (held) =>
    identified(held, identity, resourceId, lifetime);
const fail =
  (failure: HardenedStiggError, resourceId?: string): Change =>
  (held) =>
    failed(held, failure, resourceId, NEVER, () => NEVER);
/** Only who is ready has a token that can be over. */
const end = (isLoading: boolean, failure?: HardenedStiggError): Change => {
  return (held) => ranOut({ ...(held as Ready), failure }, isLoading, NEVER);
};
const afterRefusal =
  (change: Change): Change =>
  (held) =>
    change({ ...held, failure: refused } as Held);

/** The rows of the table, in its order: each is all of these, with one outcome. */
const EVENTS: Change[][] = [
  [(held) => begun(held, false)],
  [(held) => begun(held, true)],
  [identify(acme)],
  [identify({ ...acme, entitlements })],
  [identify(globex)],
  [identify({ ...globex, entitlements })],
  [
    afterRefusal(identify({ ...acme, entitlements })),
    afterRefusal(identify({ ...globex, entitlements })),
  ],
  [identify({ ...globex, entitlements }, 'site-1')],
  [() => accepted(grantOf({} as Client), lifetime)],
  [fail(refused), fail(wrong)],
  [fail(busy), fail(silent)],
  [fail(busy, 'site-1'), fail(silent, 'site-1')],
  [() => ANONYMOUS],
  [end(true), end(true, busy)],
  [end(false, busy)],
  [end(false)],
  [withoutClient],
];

const section = /^## Every change$([\s\S]*?)^## /m.exec(
  readFileSync('docs/lifecycle.md', 'utf8'),
)?.[1];
const [head = [], , ...rows] = [...`${section}`.matchAll(/^\| (.*) \|$/gm)].map(([, row]) =>
  `${row}`.split('|').map((cell) => cell.trim()),
);
const nameOf = (held: Held) => (isVouched(held) ? 'vouched' : held.status);

test('the table has the states and the events that are tried', () => {
  expect(head.slice(1)).toEqual(Object.keys(STATES));
  expect(rows).toHaveLength(EVENTS.length);
});

const cells = rows.flatMap(([event, ...outcomes], row) =>
  outcomes.flatMap((outcome, column) =>
    outcome ? [[event, `${head[column + 1]}`, outcome, row] as const] : [],
  ),
);

test.each(cells)('%s: %s becomes %s', (_, state, outcome, row) => {
  for (const change of EVENTS[row] as Change[]) {
    expect(nameOf(change(STATES[state] as Held))).toBe(outcome);
  }
});
