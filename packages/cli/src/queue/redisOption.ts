import { type Command, Option } from "commander";

/** Says on which server trials wait; the variable keeps the password from a command line, which all users of a machine can read. */
export function redisOption(): Option {
  return new Option(
    "--redis <address>",
    "the Redis server on which trials wait, as in redis://user:password@host:6379/0, or rediss:// with TLS",
  ).env("PSILON_REDIS");
}

/** What the address was given by, for sentences about it. */
export const redisSource = (command: Command): string =>
  command.getOptionValueSource("redis") === "env" ? "PSILON_REDIS" : "--redis";
