import { useStiggContext } from '@stigg/react-sdk';
import { render } from '@testing-library/react';
import vectors from 'hardened-stigg/entitlement-vectors.json';
import { type Entitlements, MockHardenedStiggProvider } from 'hardened-stigg/testing';
import { describe, expect, test } from 'vitest';
import { renderApp, shows } from './helpers/app';
import { signedIn, startIdentity, startStigg } from './helpers/backend';

/*
 * The same data twice: at Stigg (the emulator), read through the real SDK, and given to the mock provider, which
 * answers with this package's own module. Each field of each answer must be equal.
 */

interface Read {
  name: string;
  kind: 'boolean' | 'numeric' | 'metered';
  featureId: string;
  options?: object;
  answer: object;
}

const record = vectors.record as Entitlements;
const reads = vectors.reads as Read[];

const READERS = {
  boolean: 'getBooleanEntitlement',
  numeric: 'getNumericEntitlement',
  metered: 'getMeteredEntitlement',
} as const;

function Reader({ wanted, into }: { wanted: Omit<Read, 'name' | 'answer'>[]; into: object[] }) {
  const { stigg } = useStiggContext();
  into.splice(
    0,
    into.length,
    ...wanted.map(({ kind, featureId, options }) =>
      stigg[READERS[kind]]({ featureId, ...(options && { options }) }),
    ),
  );
  return null;
}

/** What the real SDK answers for a customer who has these entitlements, and what the mock provider does. */
async function bothAnswer(entitlements: Entitlements, wanted: Omit<Read, 'name' | 'answer'>[]) {
  const real: object[] = [];
  const { stigg } = await startStigg({ customers: { acme: { entitlements } } });
  const identity = await startIdentity(signedIn('acme'));
  renderApp(
    { ...stigg, identityEndpoint: identity.url },
    { children: <Reader wanted={wanted} into={real} /> },
  );
  await shows('ready');

  const ours: object[] = [];
  render(
    <MockHardenedStiggProvider entitlements={entitlements}>
      <Reader wanted={wanted} into={ours} />
    </MockHardenedStiggProvider>,
  );
  return { real, ours };
}

/** The emulator has a name for every feature, and describes also what was given in short. */
const withoutNames = ({ feature, ...answer }: { feature?: object }) => ({
  ...answer,
  ...(feature && { feature: { ...feature, displayName: '', description: '' } }),
});
const withoutFeature = ({ feature, ...answer }: { feature?: object }) => answer;

test("entitlements from Stigg's server SDK are answered as the SDK in the browser answers them", async () => {
  const { real, ours } = await bothAnswer(record, reads);

  expect(real).toHaveLength(reads.length);
  for (const [index, { name, answer }] of reads.entries()) {
    const [theirs, own] = [real[index] as object, ours[index] as object];
    expect(withoutNames(own), name).toEqual(withoutNames(theirs));
    expect(JSON.parse(JSON.stringify(own)), name).toEqual(answer);
  }
});

describe('entitlements in the short form', () => {
  const SHORT: Entitlements = {
    granted: true,
    denied: false,
    five: 5,
    none: 0,
    endless: Number.POSITIVE_INFINITY,
    below: { limit: 10, usage: 3 },
    at: { limit: 10, usage: 10 },
    above: { limit: 10, usage: 11 },
    unused: { limit: 10 },
    nothing: { limit: 0 },
    unlimited: { limit: null, usage: 7 },
    infinite: { limit: Number.POSITIVE_INFINITY },
    fraction: { limit: 1.5, usage: 0.5 },
  };
  const OPTIONS = [
    undefined,
    { requestedUsage: 1 },
    { requestedUsage: 0 },
    { requestedUsage: -1 },
    { requestedUsage: Number.NaN },
    { fallback: { hasAccess: true, value: 4, usageLimit: 4, isUnlimited: true } },
    { fallback: { hasAccess: false }, requestedUsage: 7.5 },
  ];
  const FEATURES = [...Object.keys(SHORT), 'missing', 'toString', ''];

  test.each(Object.keys(READERS) as (keyof typeof READERS)[])(
    'an entitlement is answered as the SDK answers it: %s',
    async (kind) => {
      const wanted = FEATURES.flatMap((featureId) =>
        OPTIONS.map((options) => ({ kind, featureId, ...(options && { options }) })),
      );
      const { real, ours } = await bothAnswer(SHORT, wanted);

      expect(real).toHaveLength(FEATURES.length * OPTIONS.length);
      for (const [index, read] of wanted.entries()) {
        expect(withoutFeature(ours[index] as object), JSON.stringify(read)).toEqual(
          withoutFeature(real[index] as object),
        );
      }
    },
  );
});

test('dates are Date objects, even if JSON made strings of them', async () => {
  const { real, ours } = await bothAnswer(record, [{ kind: 'metered', featureId: 'api-calls' }]);
  for (const [answer] of [real, ours]) {
    expect(answer).toMatchObject({
      usagePeriodAnchor: expect.any(Date),
      usagePeriodStart: expect.any(Date),
      usagePeriodEnd: new Date('2999-02-01T00:00:00.000Z'),
      resetSettings: { nextResetDate: expect.any(Date) },
    });
  }
});
