import { LIMITS } from "@voxloop/contract";
import { tooLarge } from "./body.ts";
import { Refused } from "./refused.ts";

export interface BodyLimits {
  /** Bytes of bodies that are coming in, over all requests. */
  arrivingBytes: number;
  /** How long one body may take. */
  deadlineMs: number;
  /** A body that has been coming for so long gives way when there is no room for another. */
  givesWayAfterMs: number;
}

const DEFAULTS: BodyLimits = {
  arrivingBytes: 128 * 1024 * 1024,
  deadlineMs: 30_000,
  givesWayAfterMs: 5_000,
};

/** An announced body up to here is read in one piece, which costs half, and counts as if all of it were there. */
const SMALL_BYTES = 64 * 1024;

/** Reads the bodies of requests, and bounds the memory that all those hold together which are not whole yet. */
export class Bodies {
  readonly #limits: BodyLimits;
  /** From the one that began first to the one that began last. */
  readonly #arriving = new Set<Arrival>();
  #bytes = 0;

  constructor(limits: Partial<BodyLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
  }

  /** Bytes held for bodies that are not whole yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Reads a body as it was sent. Throws a Refused when it is over the limit, too slow, or never comes whole; when there is
   * no room for it; and when it is slow and another needs its room.
   */
  async read(request: Request, limit: number = LIMITS.bodyBytes): Promise<Uint8Array> {
    const announced = Number(request.headers.get("content-length") ?? Number.NaN);
    if (announced > limit) throw tooLarge(limit);
    const arrival = new Arrival(this.#limits.deadlineMs);
    this.#arriving.add(arrival);
    try {
      const body =
        announced <= SMALL_BYTES
          ? this.#readWhole(request, arrival)
          : this.#readChunks(request, { arrival, limit });
      const bytes = await Promise.race([body, arrival.ended]);
      if (bytes.length > limit) throw tooLarge(limit);
      return bytes;
    } catch (error) {
      throw error instanceof Refused
        ? error
        : new Refused("interrupted", "the body was not sent to its end", { cause: error });
    } finally {
      this.#release(arrival);
    }
  }

  async #readWhole(request: Request, arrival: Arrival): Promise<Uint8Array> {
    this.#hold(arrival, Number(request.headers.get("content-length")));
    return new Uint8Array(await request.arrayBuffer());
  }

  /** Not with `for await`, which closes the connection when it is left, and with it the way of the answer. */
  async #readChunks(request: Request, of: { arrival: Arrival; limit: number }): Promise<Uint8Array> {
    const { arrival, limit } = of;
    const chunks: Uint8Array[] = [];
    const reader = request.body?.getReader();
    for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
      if (arrival.isOver) return EMPTY;
      this.#hold(arrival, next.value.length);
      if (arrival.bytes > limit) throw tooLarge(limit);
      chunks.push(next.value);
    }
    return Buffer.concat(chunks);
  }

  #hold(arrival: Arrival, bytes: number): void {
    const { arrivingBytes, givesWayAfterMs } = this.#limits;
    for (const other of this.#arriving) {
      if (this.#bytes + bytes <= arrivingBytes || other === arrival) break;
      if (performance.now() - other.since < givesWayAfterMs) break;
      other.end(
        new Refused("unavailable", "the body came too slowly, and others need its room; send it again"),
      );
      this.#release(other);
    }
    if (this.#bytes + bytes > arrivingBytes)
      throw new Refused("unavailable", "too many bodies at a time; send it again");
    arrival.bytes += bytes;
    this.#bytes += bytes;
  }

  #release(arrival: Arrival): void {
    if (!this.#arriving.delete(arrival)) return;
    this.#bytes -= arrival.bytes;
    arrival.close();
  }
}

const EMPTY = new Uint8Array();

/** One body on its way. */
class Arrival {
  readonly since = performance.now();
  bytes = 0;
  isOver = false;
  /** Rejects when the body may not come any longer. */
  readonly ended: Promise<never>;
  #reject: (reason: Refused) => void = () => undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(deadlineMs: number) {
    this.ended = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#timer = setTimeout(() => {
      this.end(new Refused("unavailable", `the body took over ${deadlineMs} ms; send it again`));
    }, deadlineMs);
  }

  end(reason: Refused): void {
    this.#reject(reason);
  }

  close(): void {
    this.isOver = true;
    clearTimeout(this.#timer);
  }
}
