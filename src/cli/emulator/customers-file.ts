import { readFileSync } from 'node:fs';
import { findNodeAtLocation, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { EmulatorCustomer, EmulatorPlan } from '../../emulator/customers';
import { UsageError } from '../parse-options';

/** What `--customers` holds. */
export interface CustomersFile {
  customers: Record<string, EmulatorCustomer>;
  plans: EmulatorPlan[];
}

type Path = (string | number)[];
type Complain = (path: Path, expected: string) => never;
type Validate = (value: unknown, path: Path, complain: Complain) => void;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown) => typeof value === 'number' && value >= 0;

const text: Validate = (value, path, complain) => {
  if (typeof value !== 'string' || !value) complain(path, 'a string that is not empty');
};

const amount: Validate = (value, path, complain) => {
  if (!isCount(value)) complain(path, 'a number, 0 or more');
};

/** An object with any keys. */
const record =
  (validate: Validate): Validate =>
  (value, path, complain) => {
    if (!isObject(value)) return complain(path, 'an object');
    for (const [key, item] of Object.entries(value)) validate(item, [...path, key], complain);
  };

/** An object with these keys and no other: a key that is misspelt is a mistake to see. */
const shape =
  (fields: Record<string, Validate>, required: string[] = []): Validate =>
  (value, path, complain) => {
    if (!isObject(value)) return complain(path, 'an object');
    for (const [key, item] of Object.entries(value)) {
      const validate = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (!validate) complain([...path, key], `one of ${Object.keys(fields).join(', ')}`);
      else validate(item, [...path, key], complain);
    }
    for (const key of required) {
      if (!Object.hasOwn(value, key)) complain(path, `an object with "${key}"`);
    }
  };

const list =
  (validate: Validate): Validate =>
  (value, path, complain) => {
    if (!Array.isArray(value)) return complain(path, 'a list');
    for (const [index, item] of value.entries()) validate(item, [...path, index], complain);
  };

const entitlement: Validate = (value, path, complain) => {
  if (value === true || isCount(value)) return;
  if (
    isObject(value) &&
    Object.keys(value).every((key) => key === 'limit' || key === 'usage') &&
    (value.limit === null || isCount(value.limit)) &&
    (value.usage === undefined || isCount(value.usage))
  ) {
    return;
  }
  complain(path, 'true, a number, or { "limit": 10, "usage": 3 } ("limit": null is unlimited)');
};

const entitlements = record(entitlement);

const file = shape(
  {
    customers: record(
      shape({
        name: text,
        email: text,
        planId: text,
        entitlements,
        resources: record(shape({ entitlements })),
      }),
    ),
    plans: list(
      shape({ id: text, name: text, description: text, monthlyPrice: amount, entitlements }, [
        'id',
        'name',
      ]),
    ),
  },
  ['customers'],
);

const lineOf = (json: string, offset: number) => json.slice(0, offset).split('\n').length;

/**
 * Checks the text of a customers file.
 *
 * @throws UsageError that names the line and the field
 */
function parseCustomers(json: string, name: string): CustomersFile {
  const errors: ParseError[] = [];
  const tree = parseTree(json, errors, { disallowComments: true, allowEmptyContent: false });
  const [error] = errors;
  if (!tree || error) {
    const line = lineOf(json, error?.offset ?? 0);
    const what = error ? printParseErrorCode(error.error) : 'empty';
    throw new UsageError(`${name}, line ${line}: not JSON (${what}).`);
  }
  const value = JSON.parse(json);
  file(value, [], (path, expected) => {
    const node = findNodeAtLocation(tree, path) ?? tree;
    // A key that does not belong there is reported where the key is, not its value.
    const line = lineOf(json, (node.parent?.type === 'property' ? node.parent : node).offset);
    const field = path.length > 0 ? path.join('.') : 'the whole file';
    throw new UsageError(`${name}, line ${line}, ${field}: must be ${expected}.`);
  });
  const { customers, plans = [] } = value as CustomersFile;
  const planIds = new Set(plans.map(({ id }) => id));
  for (const [id, { planId }] of Object.entries(customers)) {
    if (planId === undefined || planIds.has(planId)) continue;
    const node = findNodeAtLocation(tree, ['customers', id, 'planId']);
    throw new UsageError(
      `${name}, line ${lineOf(json, node?.offset ?? 0)}, customers.${id}.planId: there is no such plan.`,
    );
  }
  return { customers, plans };
}

/** @throws UsageError where the file cannot be read, or is wrong */
export function readCustomers(name: string): CustomersFile {
  let json: string;
  try {
    json = readFileSync(name, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--customers: cannot read ${name} (${(error as { code?: string }).code}).`,
    );
  }
  return parseCustomers(json, name);
}
