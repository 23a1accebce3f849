import { isCustomerId } from '../backend/token-format';
import { invalidEntitlement } from '../entitlements/validate';

/** The keys that lead to a wrong value, outermost first, and what must be there instead. */
export interface Mistake {
  path: (string | number)[];
  expected: string;
}

type Validate = (value: unknown, path: Mistake['path']) => Mistake | undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text: Validate = (value, path) =>
  typeof value === 'string' && value ? undefined : { path, expected: 'a string that is not empty' };

const amount: Validate = (value, path) =>
  typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY
    ? undefined
    : { path, expected: 'a number, 0 or more' };

/** The first mistake in a list of keys and their values. */
function first(
  path: Mistake['path'],
  items: Iterable<[string | number, unknown]>,
  check: Validate,
) {
  for (const [key, item] of items) {
    const mistake = check(item, [...path, key]);
    if (mistake) return mistake;
  }
  return undefined;
}

/** An object with any keys. */
const record =
  (validate: Validate, isKey: (key: string) => boolean, key: string): Validate =>
  (value, path) => {
    if (!isObject(value)) return { path, expected: 'an object' };
    return first(path, Object.entries(value), (item, at) =>
      isKey(String(at.at(-1))) ? validate(item, at) : { path: at, expected: key },
    );
  };

/** An object with these keys and no other, so that a misspelt key is reported. */
const shape =
  (fields: Record<string, Validate>, required: string[] = []): Validate =>
  (value, path) => {
    if (!isObject(value)) return { path, expected: 'an object' };
    const missing = required.find((key) => value[key] === undefined);
    if (missing) return { path, expected: `an object with "${missing}"` };
    return first(path, Object.entries(value), (item, at) => {
      const key = String(at.at(-1));
      const validate = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (!validate) return { path: at, expected: `one of ${Object.keys(fields).join(', ')}` };
      return item === undefined ? undefined : validate(item, at);
    });
  };

const list =
  (validate: Validate): Validate =>
  (value, path) =>
    Array.isArray(value) ? first(path, value.entries(), validate) : { path, expected: 'a list' };

const ENTITLEMENT =
  'true, false, a number, { "limit": 10, "usage": 3 } ("limit": null is unlimited), or an entitlement in Stigg\'s own form';

const entitlements: Validate = (value, path) => {
  const wrong = invalidEntitlement(value, '');
  if (wrong === undefined) return undefined;
  if (wrong === '') return { path, expected: 'an object' };
  const expected = /\.limit$/.test(wrong)
    ? 'a number, 0 or more, or null, which is unlimited'
    : /\.usage$/.test(wrong)
      ? 'a number, 0 or more'
      : ENTITLEMENT;
  return { path: [...path, ...wrong.slice(1).split('.')], expected };
};

const plan = shape(
  { id: text, name: text, description: text, monthlyPrice: amount, entitlements },
  ['id', 'name'],
);

const anyKey = () => true;
const usage = record(amount, anyKey, '');
const resource = shape({ planId: text, entitlements, usage });
const customer = shape({
  name: text,
  email: text,
  planId: text,
  entitlements,
  usage,
  resources: record(resource, anyKey, ''),
});

const world = shape(
  {
    customers: record(
      customer,
      isCustomerId,
      'an id of printable ASCII that is not blank, because it travels in an HTTP header',
    ),
    plans: list(plan),
  },
  ['customers'],
);

/** The first mistake in customers and plans; `undefined` if there is none. */
export function findMistake(value: unknown): Mistake | undefined {
  const mistake = world(value, []);
  if (mistake) return mistake;
  const { customers, plans = [] } = value as {
    customers: Record<string, { planId?: string; resources?: Record<string, { planId?: string }> }>;
    plans?: { id: string }[];
  };
  const ids = new Set<string>();
  for (const [index, { id }] of plans.entries()) {
    if (ids.has(id))
      return { path: ['plans', index, 'id'], expected: 'an id that no other plan has' };
    ids.add(id);
  }
  const planOf = ({ planId }: { planId?: string }, path: Mistake['path']): Mistake | undefined =>
    planId === undefined || ids.has(planId)
      ? undefined
      : { path: [...path, 'planId'], expected: 'the id of one of the plans' };
  for (const [id, customer] of Object.entries(customers)) {
    const path = ['customers', id];
    const wrong =
      planOf(customer, path) ??
      first([...path, 'resources'], Object.entries(customer.resources ?? {}), (resource, at) =>
        planOf(resource as { planId?: string }, at),
      );
    if (wrong) return wrong;
  }
  return undefined;
}
