import { InputError } from "psilon";

/**
 * DuckDB, loaded where a table is read or written and not before: it takes longer than most commands that do neither. Throws InputError
 * where it is not there, as on a system that it has no binary for.
 */
export async function loadDuckDB(): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!/MODULE_NOT_FOUND|ERR_DLOPEN_FAILED/.test(code ?? "")) throw error;
    throw new InputError({
      code: "not-installed",
      found: `Tables are read through DuckDB, whose binary for ${process.platform} on ${process.arch} cannot be loaded (${message.split("\n", 1)[0].replace(/\.$/, "")})`,
      remedy: 'install the command again without "--omit=optional"',
    });
  }
}
