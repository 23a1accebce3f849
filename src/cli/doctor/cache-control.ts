/** The directives of a `Cache-Control` header, lower-case (RFC 9111, section 5.2). */
function directives(value: string | null): Map<string, string> {
  return new Map(
    (value ?? '').split(',').map((part) => {
      const [name = '', argument = ''] = part.trim().split('=');
      return [name.trim().toLowerCase(), argument.replaceAll('"', '').trim()];
    }),
  );
}

/** Headers with other rules for network caches than for browsers. */
const FOR_CACHES = [
  ...['surrogate-control', 'cdn-cache-control', 'cloudflare-cdn-cache-control'],
  'vercel-cdn-cache-control',
];

const allows = (control: Map<string, string>) =>
  !control.has('no-store') &&
  (control.has('public') || ['max-age', 's-maxage'].some((name) => Number(control.get(name)) > 0));

/** The header that explicitly lets a cache keep this answer. */
export function lettingHeader(headers: Headers): string | undefined {
  return ['cache-control', ...FOR_CACHES].find((name) => allows(directives(headers.get(name))));
}

export const forbidsStoring = (headers: Headers): boolean =>
  directives(headers.get('Cache-Control')).has('no-store');

/** The header that says that a cache gave this answer, and not the endpoint. */
export function cacheEvidence(headers: Headers): string | undefined {
  if (Number(headers.get('Age')) > 0) return 'Age';
  if (/[1-9]/.test(headers.get('X-Cache-Hits') ?? '')) return 'X-Cache-Hits';
  return [
    ...['X-Cache', 'X-Cache-Status', 'X-Proxy-Cache', 'X-Nginx-Cache'],
    ...['CF-Cache-Status', 'X-Vercel-Cache', 'X-Drupal-Cache', 'Cache-Status'],
  ].find((name) => /\b(hit|stale|updating|revalidated)\b/i.test(headers.get(name) ?? ''));
}
