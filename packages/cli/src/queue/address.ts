import { isIP } from "node:net";
import type { RedisOptions } from "ioredis";
import { InputError } from "psilon";

/** Where a Redis server is. */
export interface RedisAddress {
  /** As it may be shown: without the password. */
  readonly shown: string;
  readonly options: RedisOptions & { readonly host: string; readonly port: number };
}

const FORM = "redis://user:password@host:6379/0, or rediss:// with TLS";

/** Reads an address as users write it; `given` says where. Throws InputError, in which no password stands, for what is none. */
export function redisAddress(text: string, given: string): RedisAddress {
  const refuse = (why: string) =>
    new InputError({
      code: "wrong-format",
      found: `The address of Redis in ${given} ${why}`,
      remedy: `write it as in ${FORM}`,
    });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse("is none");
  }
  if (url.protocol !== "redis:" && url.protocol !== "rediss:") {
    throw refuse(`begins with ${url.protocol}// instead of redis:// or rediss://`);
  }
  if (url.hostname === "") throw refuse("names no host");
  // Options of the client's own, such as where its certificates are, are no address.
  if (url.search !== "" || url.hash !== "") throw refuse("has more behind its database");
  const [, database] = /^\/?(\d{0,5})$/.exec(url.pathname) ?? [];
  if (database === undefined) throw refuse("does not end in the number of a database");
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === null || password === null) throw refuse("has a % that begins no character");
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? 6379 : Number(url.port);
  const db = Number(database);
  const who = url.password === "" ? url.username : `${url.username}:<password>`;
  return {
    shown: `${url.protocol}//${who === "" ? "" : `${who}@`}${url.hostname}:${port}/${db}`,
    options: {
      host,
      port,
      db,
      ...(user !== "" && { username: user }),
      ...(password !== "" && { password }),
      ...(url.protocol === "rediss:" && { tls: isIP(host) ? {} : { servername: host } }),
    },
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
