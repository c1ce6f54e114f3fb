import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { cellsByName, frameReader } from "../support/frames.js";

const { folder, read, refusal, path, names } = frameReader();

beforeAll(() => {
  folder.write("a.csv", "x,y\n1,b\n2,c\n3,d\n");
  folder.write("b.csv", "x,z\n2,5\n3,6\n");
  folder.write('it\'s; "odd" [1]?.csv', "x\n7\n");
  folder.write("secret.csv", "x\n1\n");
});

/** `@` stands for the folder. */
const query = (sql: string) => sql.replaceAll("@", folder.path);

describe("a query", () => {
  it.each([
    [
      "SELECT",
      "SELECT x, y FROM '@/a.csv' WHERE x > 1 ORDER BY x DESC",
      [
        ["x", [3, 2]],
        ["y", ["d", "c"]],
      ],
    ],
    ["with", "with t as (from '@/a.csv')\nselect x + 1 as u from t where y = 'b'", [["u", [2]]]],
    ["FROM", "\n FROM '@/a.csv' SELECT x LIMIT 1;", [["x", [1]]]],
    [
      "a join",
      "SELECT a.x, z FROM '@/a.csv' a JOIN '@/b.csv' b USING (x) ORDER BY 1 -- the end",
      [
        ["x", [2, 3]],
        ["z", [5, 6]],
      ],
    ],
    [
      "a function",
      "SELECT count(*) AS n FROM read_csv(['@/a.csv', '@/b.csv'], union_by_name = true); -- end",
      [["n", [5]]],
    ],
    ["a pattern", "SELECT sum(x) AS s FROM '@/[a]*.csv'", [["s", [6]]]],
    ["an odd name", "SELECT x FROM '@/it''s; \"odd\" [[]1][?].csv'", [["x", [7]]]],
    ["a nested query", "SELECT (SELECT max(x) FROM '@/a.csv') AS m", [["m", [3]]]],
    [
      "columns of one name",
      'SELECT 1 AS a, 2 AS a, 3 AS "A"',
      [
        ["a", [1]],
        ["a_1", [2]],
        ["A_2", [3]],
      ],
    ],
  ])("that begins with or has %s is run", async (_, sql, cells) => {
    const frame = await read(query(sql));
    expect(frame.origin).toEqual({ source: "the query's result", firstRow: 1 });
    expect(cellsByName(frame)).toEqual(cells);
  });

  it("gives the same rows however often they are read, also where it draws them", async () => {
    const frame = await read("SELECT random() AS r, random()::VARCHAR AS t FROM range(1000)");
    expect(frame.columns.map(({ kind }) => kind)).toEqual(["numbers", "numbers"]);
  });

  it.each([
    [
      "a syntax error",
      "SELECT x FORM '@/a.csv' 5",
      /^The query is not SQL: syntax error at or near "'.*'"\.$/,
    ],
    [
      "a column that is not there",
      "SELECT xx FROM '@/a.csv'",
      /^The query cannot be run\. Binder Error: Referenced column "xx" not found in FROM clause!\nCandidate bindings: "x"\n\nLINE 1: SELECT xx FROM/,
    ],
    [
      "a table that is not there",
      "SELECT * FROM penguins",
      /^The query cannot be run\. Catalog Error: Table with name penguins does not exist!/,
    ],
    [
      "a file that is not there",
      "FROM '@/none.csv'",
      /^The query reads "none\.csv", but there is no such file; check its name and its folder\.$/,
    ],
    [
      "two statements",
      "SELECT 1; SELECT 2",
      /^There are 2 statements in the query; give one SELECT statement\.$/,
    ],
    [
      "no rows",
      "SELECT x FROM '@/a.csv' WHERE x > 9",
      /^The query gives no rows; make its conditions wider\.$/,
    ],
    [
      "an address",
      "FROM 'https://example.org/a.csv'",
      /^The query reads "https:\/\/example\.org\/a\.csv", but nothing is read from the network; download it first\.$/,
    ],
    [
      "a path that it puts together",
      "FROM read_csv('@/sec' || 'ret.csv')",
      /^The query reads "secret\.csv", which it does not name between quotes after FROM or in a function there; only files that are named so are read\.$/,
    ],
    [
      "a path in a query within a text",
      "FROM query('FROM ''@/secret.csv''')",
      /^The query (?:reads "secret\.csv"|cannot be run)/,
    ],
    [
      "a path in a list of values",
      "SELECT * FROM '@/a.csv' WHERE y IN (SELECT content FROM read_text(concat('@/', 'secret.csv')))",
      /^The query reads "secret\.csv", which it does not name/,
    ],
    ["files that it looks for", "FROM glob(concat('@/', '*'))", /^The query (?:reads|cannot be run)/],
    [
      "writing behind it",
      "SELECT 1; COPY (SELECT 1) TO '@/out.csv'",
      /^The query does more than read; give one SELECT statement\.$/,
    ],
    [
      "a file that is attached behind it",
      "SELECT 1; ATTACH '@/x.duckdb'",
      /^The query does more than read; give one SELECT statement\.$/,
    ],
    [
      "a setting",
      "SELECT 1; SET enable_external_access = true",
      /^The query does more than read; give one SELECT statement\.$/,
    ],
    [
      "an extension",
      "SELECT 1; INSTALL httpfs",
      /^The query does more than read; give one SELECT statement\.$/,
    ],
    [
      "a closed bracket that would let it write",
      "SELECT 1) TO '@/out.csv' --",
      /^The query is not SQL: syntax error at or near "\)"\.$/,
    ],
    [
      "a change",
      "WITH t AS (SELECT 1 AS x) INSERT INTO u SELECT * FROM t",
      /^The query does more than read; give one SELECT statement\.$/,
    ],
  ])("is refused for %s", async (_, sql, sentence) => {
    const before = names();
    expect(await refusal(read(query(sql)))).toMatch(sentence);
    expect(names()).toEqual(before);
    expect(readFileSync(path("a.csv"), "utf8")).toBe("x,y\n1,b\n2,c\n3,d\n");
  });
});

it.each([
  "COPY (SELECT 1) TO 'out.csv'",
  "ATTACH 'x.duckdb'",
  "PRAGMA version",
  "SET threads = 1",
  "INSTALL httpfs",
  "selection.csv",
  "without.csv",
  "fromage.csv",
])("%j is the name of a file, not a query", async (source) => {
  expect(await refusal(read(source))).toBe(`There is no file "${source}"; check its name and its folder.`);
});
