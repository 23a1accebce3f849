import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test } from 'vitest';
import { createOperations, REFUSED } from '../../src/emulator/operations';
import { SIGNING_SECRET } from '../helpers/secret';

/** The documents inside of a package of Stigg's. */
function documentsOf(sdk: string): Map<string, DocumentNode> {
  const require = createRequire(createRequire(import.meta.url).resolve(sdk));
  require('graphql-tag').disableFragmentWarnings();
  const exported: Record<string, DocumentNode> = require('@stigg/api-client-js/src/generated/sdk');
  const named = Object.entries(exported).filter(([name]) => name.endsWith('Document'));
  return new Map(named.map(([name, document]) => [name.replace(/Document$/, ''), document]));
}

const SDKS = ['@stigg/js-client-sdk', '@stigg/node-server-sdk'] as const;
const DOCUMENTS = SDKS.map((sdk) => [sdk, documentsOf(sdk)] as const);
const NAMES = [...new Set(DOCUMENTS.flatMap(([, documents]) => [...documents.keys()]))];

const OPERATIONS = createOperations();

/** What each operation is sent with, for a customer who has a subscription. */
const INPUTS: Partial<Record<keyof typeof OPERATIONS, object>> = {
  GetEntitlement: { customerId: 'acme', featureId: 'sso' },
  GetSubscription: { subscriptionId: 'subscription-acme' },
  GetSubscriptions: { customerId: { eq: 'acme' } },
  GetCheckoutState: { customerId: 'acme', planId: 'free' },
  PreviewSubscription: { customerId: 'acme', planId: 'free' },
  ApplySubscription: { customerId: 'acme', planId: 'free' },
  ProvisionCustomer: { refId: 'initech', subscriptionParams: { planId: 'pro' } },
  UpdateCustomer: { refId: 'acme', name: 'Acme Ltd' },
  ProvisionSubscription: { customerId: 'acme', planId: 'pro' },
  CreateSubscription: { customerId: 'acme', planId: 'pro' },
  UpdateSubscription: { refId: 'subscription-acme' },
  CancelSubscription: { subscriptionRefId: 'subscription-acme' },
  ReportUsage: { customerId: 'acme', featureId: 'reports', value: 1 },
  ReportUsageBulk: { usages: [{ customerId: 'acme', featureId: 'reports', value: 1 }] },
  ReportEvent: { usageEvents: [{ customerId: 'acme', eventName: 'reports' }] },
};

function start() {
  return createStiggEmulator({
    signingSecret: SIGNING_SECRET,
    customers: { acme: { name: 'Acme', planId: 'pro' } },
    plans: [
      { id: 'free', name: 'Free' },
      {
        id: 'pro',
        name: 'Pro',
        monthlyPrice: 49,
        entitlements: { sso: true, seats: 5, reports: { limit: 10 } },
      },
    ],
  });
}

async function send(operationName: string, input: object, headers: Record<string, string>) {
  const emulator = start();
  const response = await emulator.fetch(
    new Request('https://stigg.test/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({ operationName, variables: { input } }),
    }),
  );
  const { data, errors } = await response.json();
  return { emulator, status: response.status, data, errors };
}

const SERVER = { 'X-API-KEY': 'server-tests' };
const CLIENT = {
  'X-API-KEY': 'client-tests',
  'X-CUSTOMER-KEY': createCustomerToken('acme', SIGNING_SECRET),
};

test('each is emulated or refused by name, and nothing else is in the lists', () => {
  expect(NAMES.length).toBeGreaterThan(50);
  expect([...Object.keys(OPERATIONS), ...REFUSED].sort()).toEqual(NAMES.sort());
});

describe('docs/emulator.md', () => {
  const page = readFileSync('docs/emulator.md', 'utf8');

  test('has each operation that is emulated, and who may', () => {
    const rows = [
      ...page.matchAll(/^\| `(\w+)` +\| (client|apply|server) +\| (yes|in part) +\|/gm),
    ];
    expect(Object.fromEntries(rows.map(([, name, who]) => [name, who]))).toEqual(
      Object.fromEntries(Object.entries(OPERATIONS).map(([name, { who }]) => [name, who])),
    );
  });

  test('names each operation that is refused', () => {
    const [, names = ''] = /Refused by name: ([\s\S]*?)\n\n/.exec(page) ?? [];
    expect([...names.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual(
      [...REFUSED].sort(),
    );
  });
});

test.each([...REFUSED, 'AnOperationOfTheFuture', 'constructor', '__proto__'])(
  '%s is refused by name, with a status that the SDKs do not repeat',
  async (name) => {
    for (const headers of [SERVER, CLIENT]) {
      const { emulator, status, errors } = await send(name, { customerId: 'acme' }, headers);
      expect(status).toBe(REFUSED.has(name) ? 200 : 400);
      expect(errors).toEqual([
        { message: expect.stringContaining(`"${name}"`), extensions: { code: 'NotEmulated' } },
      ]);
      expect(emulator.requests).toMatchObject([{ operation: name, status: 400 }]);
    }
  },
);

/** Fields that a document selects and an answer does not have. */
function missing(
  selections: SelectionSetNode,
  data: unknown,
  document: DocumentNode,
  path: string,
): string[] {
  if (data === null) return [];
  if (Array.isArray(data)) return data.flatMap((item) => missing(selections, item, document, path));
  return selections.selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return []; // of another type
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = document.definitions.find(
        (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value,
      );
      if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) throw new Error(selection.name.value);
      return missing(fragment.selectionSet, data, document, path);
    }
    const name = (selection.alias ?? selection.name).value;
    const here = `${path}.${name}`;
    const value = (data as Record<string, unknown>)[name];
    if (value === undefined) return name === '__typename' ? [] : [here];
    return selection.selectionSet ? missing(selection.selectionSet, value, document, here) : [];
  });
}

describe.each(DOCUMENTS)('every field that %s selects is in the answer', (_, documents) => {
  const emulated = Object.entries(OPERATIONS).filter(([name]) => documents.has(name));

  test.each(emulated)('%s', async (name, { who }) => {
    const input = INPUTS[name as keyof typeof OPERATIONS] ?? { customerId: 'acme' };
    const { status, data, errors } = await send(name, input, who === 'server' ? SERVER : CLIENT);
    expect(errors).toBeUndefined();
    expect(status).toBe(200);
    const document = documents.get(name) as DocumentNode;
    const [operation] = document.definitions.filter(
      (one) => one.kind === Kind.OPERATION_DEFINITION,
    );
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`no operation in ${name}`);
    expect([...new Set(missing(operation.selectionSet, data, document, ''))]).toEqual([]);
  });
});
