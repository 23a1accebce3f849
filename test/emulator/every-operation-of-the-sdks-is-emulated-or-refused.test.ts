import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createStiggEmulator } from 'hardened-stigg/emulator';
import { createCustomerToken } from 'hardened-stigg/server';
import { describe, expect, test, vi } from 'vitest';
import { createOperations, REFUSED } from '../../src/emulator/operations';
import { SIGNING_SECRET } from '../helpers/secret';

/** The parts of a GraphQL document of the SDKs that this test reads. */
interface Node {
  kind: string;
  name: { value: string };
  alias?: { value: string };
  selectionSet?: { selections: Node[] };
}
interface Document {
  definitions: Node[];
}

const GENERATED = 'src/generated/sdk';

/** The documents inside of a package of Stigg's. */
function documentsOf(sdk: string): Map<string, Document> {
  const require = createRequire(createRequire(import.meta.url).resolve(sdk));
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {}); // both have fragments of the same names
  const exported: Record<string, Document> = require(`@stigg/api-client-js/${GENERATED}`);
  warn.mockRestore();
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

test('each operation of the SDKs is emulated or refused by name, and the lists have no others', () => {
  expect(NAMES.length).toBeGreaterThan(50);
  expect([...Object.keys(OPERATIONS), ...REFUSED].sort()).toEqual(NAMES.sort());
});

describe('docs/emulator.md', () => {
  const page = readFileSync('docs/emulator.md', 'utf8');

  test('docs/emulator.md has each operation that is emulated, and who may run it', () => {
    const rows = [
      ...page.matchAll(/^\| `(\w+)` +\| (client|apply|server) +\| (yes|in part) +\|/gm),
    ];
    expect(Object.fromEntries(rows.map(([, name, who]) => [name, who]))).toEqual(
      Object.fromEntries(Object.entries(OPERATIONS).map(([name, { who }]) => [name, who])),
    );
  });

  test('docs/emulator.md names each operation that is refused', () => {
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
function missing(node: Node, data: unknown, document: Document, path: string): string[] {
  if (data === null) return [];
  if (Array.isArray(data)) return data.flatMap((item) => missing(node, item, document, path));
  return (node.selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === 'InlineFragment') return []; // of another type
    if (selection.kind === 'FragmentSpread') {
      const fragment = document.definitions.find(
        (one) => one.kind === 'FragmentDefinition' && one.name.value === selection.name.value,
      );
      if (!fragment) throw new Error(`no fragment ${selection.name.value}`);
      return missing(fragment, data, document, path);
    }
    const name = (selection.alias ?? selection.name).value;
    const value = (data as Record<string, unknown>)[name];
    if (name === '__typename') return [];
    return value === undefined
      ? [`${path}.${name}`]
      : missing(selection, value, document, `${path}.${name}`);
  });
}

describe.each(DOCUMENTS)('every field that %s selects is in the answer', (_, documents) => {
  const emulated = Object.entries(OPERATIONS).filter(([name]) => documents.has(name));

  test.each(emulated)('%s', async (name, { who }) => {
    const input = INPUTS[name as keyof typeof OPERATIONS] ?? { customerId: 'acme' };
    const { status, data, errors } = await send(name, input, who === 'server' ? SERVER : CLIENT);
    expect(errors).toBeUndefined();
    expect(status).toBe(200);
    const document = documents.get(name) as Document;
    const operation = document.definitions.find((one) => one.kind === 'OperationDefinition');
    expect([...new Set(missing(operation as Node, data, document, ''))]).toEqual([]);
  });
});
