/** Decides which values from a server may be printed: none that could be a token or a session. */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The customer id, if it looks like one; otherwise only its length. */
export function sayCustomer(id: string, known: readonly string[]): string {
  const isPlain =
    UUID.test(id) || (/^[\w.@+-]{1,40}$/.test(id) && !/[A-Za-z0-9]{20}|^eyJ/.test(id));
  return isPlain &&
    !known.some((value) => id.includes(value) || (id.length >= 16 && value.includes(id)))
    ? id
    : `a customer whose id is not printed (${id.length} characters)`;
}

/** The values in these headers, whole and in parts. */
export const valuesOf = (session: Record<string, string>): string[] =>
  Object.values(session)
    .flatMap((value) => [value, ...value.split(/[;\s]+/), ...value.split(/[;=\s]+/)])
    .filter((value) => value.length > 3);

const TYPES = /^(text\/(html|plain|xml|csv)|application\/(json|xml|problem\+json|octet-stream))$/;

export function sayContentType(headers: Headers): string {
  const type = headers.get('Content-Type')?.replace(/;.*/s, '').trim().toLowerCase();
  return type === undefined ? 'no content type' : TYPES.test(type) ? type : 'another content type';
}

/** The origin that a redirect leads to. The rest of the URL may hold a token. */
export function sayRedirect(location: string, from: URL, known: readonly string[]): string {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (target?.origin === from.origin) return 'another page of this origin';
  if (!target || !/^https?:$/.test(target.protocol)) return 'a URL that is not a web page';
  const isLong = target.hostname.split('.').some((label) => label.length > 24);
  return isLong || known.some((value) => target.hostname.includes(value.toLowerCase()))
    ? 'another origin'
    : target.origin;
}

/** The given URL without credentials. */
export const sayUrl = ({ origin, pathname }: URL, known: readonly string[]): string => {
  const path = pathname.replace(/;[^/]*/g, '');
  return known.some((value) => path.includes(value)) || /[A-Za-z0-9_-]{25}/.test(path)
    ? origin
    : origin + path;
};
