import { Redis } from "ioredis";
import { InputError } from "psilon";
import type { RedisAddress } from "./address.js";
import { KEYS } from "./names.js";

/** Milliseconds until a server that does not answer counts as not there. */
const PATIENCE = 5000;

/** Milliseconds between two tries to come back to a server that went away. */
const pause = (tries: number): number => Math.min(100 * 2 ** Math.min(tries, 6), 5000);

/** A server that can be worked with. */
export interface RedisServer {
  /** Its address, without the password. */
  readonly shown: string;
  readonly client: Redis;
}

/**
 * A connection to a Redis server that can be worked with, which is taken up again whenever it is lost; `say` hears so, and what is odd about the
 * server. Throws InputError for a server that is not there, does not let in, or does not do what is needed.
 */
export async function connect(address: RedisAddress, say: (note: string) => void): Promise<RedisServer> {
  await tryOut(address, say);
  const client = new Redis({
    ...address.options,
    // What waits for a job waits as long as it takes.
    maxRetriesPerRequest: null,
    retryStrategy: pause,
  });
  let isAway = false;
  client.on("error", () => {});
  client.on("reconnecting", () => {
    if (!isAway) say(`The connection to ${address.shown} was lost; it is tried again until it is back.`);
    isAway = true;
  });
  client.on("ready", () => {
    if (isAway) say(`The connection to ${address.shown} is back.`);
    isAway = false;
  });
  // What is not there yet would count as away.
  await client.ping();
  return { shown: address.shown, client };
}

/** Connects once and does what all the rest depends on. */
async function tryOut({ shown, options }: RedisAddress, say: (note: string) => void): Promise<void> {
  const client = new Redis({
    ...options,
    db: 0,
    lazyConnect: true,
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
    enableReadyCheck: false,
    // Else it is asked for by itself, unseen.
    disableClientInfo: true,
  });
  // Of a connection that fails the event tells why, and what rejects often only that it is closed.
  const told: Error[] = [];
  client.on("error", (error) => told.push(error));
  try {
    await client.connect();
    await client.select(options.db ?? 0);
    const info = await client.info();
    // A script, as all that BullMQ does, and where it writes.
    await client.eval("return redis.call('SET', KEYS[1], '1', 'PX', 1)", 1, KEYS.probe);
    const [, version = "5"] = /^redis_version:(.*?)\r?$/m.exec(info) ?? [];
    if (Number.parseInt(version, 10) < 5) {
      throw new InputError({
        code: "unsupported-version",
        found: `The Redis server at ${shown} has version ${version}, and 5 or newer is needed`,
      });
    }
    const [, policy = "noeviction"] = /^maxmemory_policy:(.*?)\r?$/m.exec(info) ?? [];
    if (policy !== "noeviction") {
      say(
        `The Redis server at ${shown} throws keys away when its memory is full (maxmemory-policy ${policy}), which loses trials; set it to noeviction.`,
      );
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw (
      connectionProblem(shown, [error as Error, ...told]) ??
      refusal(shown, "ended the connection", "write rediss:// if it asks for TLS, or name another port")
    );
  } finally {
    client.disconnect();
  }
}

/** Why a server could not be worked with, by what it or the system said; the first that is known counts. */
const PROBLEMS: readonly (readonly [said: RegExp, why: string, remedy?: string])[] = [
  [/WRONGPASS|invalid password|invalid username/i, "refuses the user or the password"],
  [/NOAUTH|without any password configured/i, "asks for another user or password than was given"],
  [
    /NOPERM|no permission/i,
    "does not let this user do what is needed",
    "allow it all commands on keys that begin with psilon:, and info",
  ],
  [/DB index is out of range|SELECT is not allowed/i, "has no database of that number"],
  [/READONLY/, "is a replica, which cannot be written to", "name the one that it is a copy of"],
  [/OOM command/, "has no memory left"],
  [
    /WRONGTYPE/,
    "has something else under a name of psilon's queue",
    'remove what begins with "psilon:" there, or name another database',
  ],
  [/ENOTFOUND|EAI_AGAIN/, "is not known by that name"],
  [/ECONNREFUSED/, "is not there", 'start one with "redis-server --appendonly yes", or name another'],
  [/EHOSTUNREACH|ENETUNREACH/, "cannot be reached"],
  [/ETIMEDOUT|timed out/i, "does not answer", "name another, or write redis:// where it has no TLS"],
  [
    /wrong version number|packet length too long|EPROTO/i,
    "does not speak TLS",
    "write redis:// for one without",
  ],
  [
    /certificate|self.signed|altname|CERT_/i,
    "has a certificate that is not trusted",
    "name its authority's file in NODE_EXTRA_CA_CERTS",
  ],
  [/Protocol error/i, "answers as no Redis does", "write rediss:// for one with TLS, or name another port"],
];

/** The problem that a server or the system told of; null for what is none that is known. */
export function connectionProblem(
  shown: string,
  errors: readonly (Error & { readonly code?: string })[],
): InputError | null {
  const said = errors.map(({ code = "", message }) => `${code} ${message}`).join("\n");
  const problem = PROBLEMS.find(([known]) => known.test(said));
  return problem ? refusal(shown, problem[1], problem[2]) : null;
}

const refusal = (shown: string, why: string, remedy?: string) =>
  new InputError({
    code: "unreadable",
    found: `The Redis server at ${shown} ${why}`,
    where: { source: shown },
    remedy,
  });

/** What a server says that has to be waited for. */
const SOON = /^(LOADING|BUSY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN)/;

/** Whether what was thrown will not be otherwise in a moment: a server's answer, and not a connection that was lost. */
export const isLasting = ({ name, message }: Error): boolean =>
  name === "ReplyError"
    ? !SOON.test(message)
    : /^(ERR|OOM|NOPERM|EXECABORT|WRONGTYPE|READONLY)/.test(message);
