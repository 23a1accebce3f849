/** How much is sent at once. */
const PIECE = 8192;

/** A timer may be late by this much; the next piece makes up for it. */
const LATE_MS = 10;

const until = (time: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));

/** A line to one visitor. All answers share its bandwidth; each takes a round trip. */
export function createLine({ latencyMs, mbits }: { latencyMs: number; mbits: number }) {
  let freeAt = 0;

  /** Settles when the last bit has arrived. */
  function transmit(bytes: number) {
    freeAt = Math.max(freeAt, performance.now() - LATE_MS) + (bytes * 8) / (mbits * 1000);
    return until(freeAt);
  }

  const throttle = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        for (let at = 0; at < chunk.length; at += PIECE) {
          const piece = chunk.subarray(at, at + PIECE);
          await transmit(piece.length);
          controller.enqueue(piece);
        }
      },
    });

  return {
    /** The same response, as slow as this line. `arrivedAt`: when its request came, by `performance.now()`. */
    send: async (response: Response, arrivedAt: number): Promise<Response> => {
      await until(arrivedAt + latencyMs);
      return new Response(response.body?.pipeThrough(throttle()) ?? null, response);
    },
  };
}
