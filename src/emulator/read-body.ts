/** More than any operation of Stigg's SDKs sends. */
const MAX_BODY_BYTES = 1_000_000;

/** The text of a body; `null` if it is too large. Reading stops there. */
export async function readBody({ headers, body }: Request): Promise<string | null> {
  if (Number(headers.get('Content-Length')) > MAX_BODY_BYTES) return null;
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Not `for await`: Safari and older Chromes have no iterator on a stream.
  const reader = body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > MAX_BODY_BYTES) {
      await reader?.cancel();
      return null;
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
