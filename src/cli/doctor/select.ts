import { UsageError } from '../parse-options';

export type Select = (body: unknown) => unknown;

const FIELDS = ['customerId', 'customerToken', 'expiresIn', 'expiresAt'];
const PATH = /^[\w-]+(\.[\w-]+)*$/;

const at = (body: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => {
    const isOwn = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return isOwn ? (value as Record<string, unknown>)[key] : undefined;
  }, body);

/**
 * `--select`: where the identity is in an answer of another shape, as a path (`data.identity`), or field by
 * field (`customerId=user.id,customerToken=user.stigg.token`).
 *
 * @throws UsageError
 */
export function parseSelect(value: string | undefined): Select {
  if (value === undefined) return (body) => body;
  if (PATH.test(value)) return (body) => (body === null ? null : at(body, value));
  const pairs = value.split(',').map((pair) => pair.trim().split('='));
  const isRight = pairs.every(
    ([field = '', path = '', ...rest]) =>
      FIELDS.includes(field) && PATH.test(path) && rest.length === 0,
  );
  const paths = Object.fromEntries(pairs) as Record<string, string>;
  if (!isRight || !paths.customerId || !paths.customerToken) {
    throw new UsageError(
      '--select must be a path such as data.identity, or fields such as customerId=user.id,customerToken=user.token.',
    );
  }
  return (body) =>
    body === null
      ? null
      : Object.fromEntries(Object.entries(paths).map(([field, path]) => [field, at(body, path)]));
}
