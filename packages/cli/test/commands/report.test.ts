import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { exitCodes } from "../../src/exitCodes.js";
import { ioOf } from "../../src/io.js";
import { createProgram } from "../../src/main.js";
import { temporaryFolder } from "../support/folder.js";
import { hostileClasses, hostileCsv, hostileNames, trainHostile } from "../support/hostileTable.js";
import { psilon } from "../support/psilon.js";
import { trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";
import { markupFaults } from "../support/wellFormed.js";

const folder = temporaryFolder();
const cwd = folder.path;
const read = (name: string) => readFileSync(join(cwd, name), "utf8");

const headings = [
  "1 Summary",
  "2 Data and columns",
  "3 The model and how it was trained",
  "4 Scores beside what they must beat",
  "5 Calibration and residuals",
  "6 What each column does",
  "7 Columns with a direction",
  "8 Certified accuracy",
  "9 Fairness cases: one column changes, and nothing else",
  "10 Layers, zeros and bounds",
  "11 What was left out",
  "12 Are these rows like those learned from?",
  "13 How to reproduce it",
  "14 What this report cannot say",
  "15 Where guidance finds what it asks for",
];

/** The page that the options make of a model, which has to be one that needs nothing else. */
async function pageOf(...options: readonly string[]): Promise<string> {
  const { code, stderr } = await psilon(["report", ...options, "--out", "page.html"], { cwd });
  expect([code, stderr.match(/^error.*/m)]).toEqual([0, null]);
  const page = read("page.html");
  expect(markupFaults(page)).toEqual([]);
  expect([...page.matchAll(/<h2 id="[^"]*">([^<]*)<\/h2>/g)].map(([, title]) => title)).toEqual(headings);
  const tags = page.match(/<[a-z][^>]*>/gi) ?? [];
  const fetching =
    /^<(?:script|img|image|use|link|iframe|object|embed|base|a [^>]*href="[^#])|\son\w+=|\s(?:src|srcset|xlink:href)=|url\(|https?:/i;
  expect(tags.filter((tag) => fetching.test(tag))).toEqual([]);
  expect(/<style>(.*?)<\/style>/s.exec(page)?.[1].match(/url\(|@import|</)).toBeNull();
  return page;
}

folder.write("data.csv", smallCsv());
folder.write("hostile.csv", hostileCsv());

beforeAll(async () => {
  await trainSmall(cwd, "y", "kind");
  await trainHostile(cwd, { kind: "kinds.st" }, "--network", "resnet", "--members", "2");
  await trainHostile(
    cwd,
    { amount: "amounts.st" },
    "--prune",
    "0.6",
    "--monotone",
    `${hostileNames.proto}=+`,
  );
});

describe("psilon report", () => {
  it("writes one page with every section, says what it wrote, and leaves nothing else", async () => {
    const before = readdirSync(cwd);
    const asked = ["report", "kind.safetensors", "--data", "data.csv", "--out", "report.html"];
    const { code, stdout } = await psilon(asked, { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe(
      "report     report.html\nabout      kind.safetensors on 60 rows of data.csv\ncertified  60 of them\n",
    );
    expect(readdirSync(cwd).sort()).toEqual([...before, "report.html"].sort());
    const page = await pageOf("kind.safetensors", "--data", "data.csv");
    expect(page.replaceAll("page.html", "report.html")).toBe(read("report.html"));
  });

  it("gives the same bytes again, whatever the threads, and others for another seed or date", async () => {
    const asked = ["kind.safetensors", "--data", "data.csv", "--fair", "c"];
    const page = await pageOf(...asked);
    expect(await pageOf(...asked)).toBe(page);
    const withoutLine = (text: string) => text.replace(/<pre><code>psilon report.*<\/code>/, "");
    expect(withoutLine(await pageOf(...asked, "--threads", "2"))).toBe(withoutLine(page));
    expect(withoutLine(await pageOf(...asked, "--seed", "2"))).not.toBe(withoutLine(page));
    expect(page).not.toContain("30 June 2025");
    expect(await pageOf(...asked, "--date", "30 June 2025")).toContain("data.csv, 30 June 2025.");
  });

  it("prints the facts that the page is made of as one JSON object", async () => {
    const asked = [
      "report",
      "kind.safetensors",
      "--data",
      "data.csv",
      "--out",
      "r.html",
      "--fair",
      "c,a=0.5",
    ];
    const { stdout } = await psilon([...asked, "--monotone", "a=+,b=-", "--json"], { cwd });
    const facts = JSON.parse(stdout);
    const sha256 = (name: string) =>
      createHash("sha256")
        .update(new Uint8Array(readFileSync(join(cwd, name))))
        .digest("hex");
    expect(facts.files).toEqual([
      {
        is: "model",
        name: "kind.safetensors",
        bytes: expect.any(Number),
        sha256: sha256("kind.safetensors"),
      },
      { is: "data", name: "data.csv", bytes: smallCsv().length, sha256: sha256("data.csv") },
    ]);
    expect(facts).toMatchObject({
      date: null,
      seed: 0,
      command:
        "psilon report kind.safetensors --data data.csv --out r.html --monotone 'a=+,b=-' --fair 'c,a=0.5' --json",
      rows: { read: 60, tested: 60 },
      reliability: { of: "classes", calibration: { class: "low" } },
      monotone: [{ column: "a" }, { column: "b" }],
      fairness: [
        { column: "c", move: "any", rows: 60, drawnFrom: 60 },
        { column: "a", move: { by: 0.5 }, rows: 60, drawnFrom: 60 },
      ],
      certified: { guarantee: { norm: "inf" }, radii: { rows: 60, drawnFrom: 60, tolerance: null } },
    });
    for (const { certified, refuted, unknown } of facts.fairness)
      expect(certified + refuted.length + unknown.length).toBe(60);
    expect(facts.fairness.some(({ refuted }: { refuted: unknown[] }) => refuted.length > 0)).toBe(true);
    const page = read("r.html");
    for (const { sha256: hash } of facts.files) expect(page).toContain(hash);
    const test = ["test", "kind.safetensors", "data.csv", "--json"];
    const tested = JSON.parse((await psilon(test, { cwd })).stdout).metrics;
    expect(facts.scores.metrics.accuracy).toEqual(tested.accuracy);
    expect(facts.scores.metrics.logLoss.value).toBeCloseTo(tested.logLoss.value, 5);
    const certify = ["certify", "kind.safetensors", "data.csv", "--move", "c=any", "--json"];
    const { verdicts } = JSON.parse((await psilon(certify, { cwd })).stdout);
    expect(facts.fairness[0].certified).toBe(
      verdicts.filter(({ verdict }: { verdict: string }) => verdict === "certified").length,
    );
  });

  it("certifies some rows of a long table, drawn by the seed, and says so", async () => {
    folder.write("long.csv", smallCsv(450));
    const page = await pageOf("kind.safetensors", "--data", "long.csv", "--fair", "c");
    expect(page).toContain(
      "for each of the 200 rows that are counted, drawn at random by a seed from 450 with the target (seed 0)",
    );
    expect(page).toContain("of 200 rows drawn from 450");
    expect(page).toContain("of 450 scored rows all but 200, which were drawn by the seed: not certified");
  });

  it("tells of numbers what their residuals are, and what is certified within a tolerance", async () => {
    const without = await pageOf("y.safetensors", "--data", "data.csv");
    expect(without).toContain("Residuals of y: true less predicted");
    expect(without).toContain("give it with --tolerance");
    expect(without).not.toContain('id="certified-accuracy-title"');
    const page = await pageOf("y.safetensors", "--data", "data.csv", "--tolerance", "10%", "--fair", "c");
    expect(page).toContain("within a factor of 1.1");
    expect(page).toContain('id="certified-accuracy-title"');
    expect(page).toContain("When c alone takes any known value, of 60 rows");
  });

  it("takes names of columns and classes for texts, in tables and in pictures, of a resnet's ensemble with missing cells", async () => {
    const page = await pageOf(
      ...["kinds.st", "--data", "hostile.csv", "--fair", `${hostileNames.quotes},flag,size`],
    );
    for (const name of [...Object.values(hostileNames), ...hostileClasses])
      expect(page).toContain(
        name
          .replaceAll("&", "&amp;")
          .replaceAll("<", "&lt;")
          .replaceAll(">", "&gt;")
          .replaceAll('"', "&quot;")
          .replaceAll("'", "&#39;"),
      );
    expect(page).toMatch(/<text[^>]*>&lt;script&gt;alert/);
    expect(page).toContain("network 2, layer 1");
    expect(page).toContain("<td>20.0 %</td>");
  });

  it("draws where the weights of a pruned network are that are not 0, and proves directions that it was trained for", async () => {
    const page = await pageOf("amounts.st", "--data", "hostile.csv");
    expect(page).toContain('<title id="weights-1-title">Weights of layer 1 that are not 0</title>');
    expect(page).toMatch(
      /<tr><th scope="row">__proto__<\/th><td>non-decreasing<\/td><td>certified<\/td><td>everywhere<\/td>/,
    );
  });

  it("proves a direction that is asked for beside the other one that the model was trained for", async () => {
    const page = await pageOf("amounts.st", "--data", "hostile.csv", "--monotone", `${hostileNames.proto}=-`);
    const rows = [...page.matchAll(/<th scope="row">__proto__<\/th><td>(non-\w+)<\/td><td>(\w+)<\/td>/g)];
    expect(rows.map(([, direction, verdict]) => [direction, verdict === "certified"])).toEqual([
      ["non-decreasing", true],
      ["non-increasing", false],
    ]);
    const same = await pageOf("amounts.st", "--data", "hostile.csv", "--monotone", `${hostileNames.proto}=+`);
    expect(same.match(/<th scope="row">__proto__<\/th><td>non-\w+<\/td>/g)).toHaveLength(1);
  });

  it("claims no compliance, says what it cannot know, and where guidance finds what it asks for", async () => {
    const page = await pageOf("y.safetensors", "--data", "data.csv");
    expect(page).toContain("It claims no compliance with any law or guidance");
    expect(page).toContain("Human oversight: who may overrule a prediction");
    expect(page).toMatch(
      /<th scope="row">2\(e\)<\/th><td>human oversight<\/td><td>not here: to be filled in<\/td>/,
    );
    for (const item of ["conceptual soundness", "ongoing monitoring", "outcomes analysis"])
      expect(page).toMatch(new RegExp(`<th scope="row">${item}</th><td><a href="#`));
    const texts = page.replaceAll(/<p class="worth proven">.*?<\/p>/gs, "");
    expect(texts.match(/guarantee[sd]?\b/i)).toBeNull();
  });

  it("trains again, as it says, by a line that the command takes", async () => {
    const page = await pageOf("amounts.st", "--data", "hostile.csv");
    const [, line] = /<pre><code>psilon (train &lt;data&gt; .*?)<\/code>/.exec(page) ?? [];
    expect(line).toContain("--pruning l1-projection");
    const words = line.replaceAll(/&#39;(.*?)&#39;/g, "$1").split(" ");
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const streams = { stdin: Readable.from([]), stdout: silent, stderr: silent };
    const io = ioOf({ ...streams, signal: new AbortController().signal });
    const program = createProgram(io, { code: exitCodes.ok });
    for (const each of program.commands) each.action(() => {});
    await program.parseAsync(words, { from: "user" });
    const options = program.commands.find((each) => each.name() === "train")?.opts();
    expect(options).toMatchObject({ target: ["amount"], monotone: ["__proto__=+"], prune: 0.6, seed: 0 });
  });

  const written = (file: string) =>
    fileURLToPath(new URL(`../../../psilon/test/fixtures/0.1.0/${file}`, import.meta.url));

  it.each([
    ["penguins-net", "sample:penguins"],
    ["penguins-resnet-ensemble-pruned", "sample:penguins"],
  ])("says of %s, a file of an earlier version, what is not known", async (name, data) => {
    const page = await pageOf(written(`${name}.safetensors`), "--data", data);
    expect(page).toContain("has no record of how losses fell");
    expect(page).toContain("there is no constant to compare with");
    expect(page).toContain("<td>not known</td>");
  });

  it("has no hash of rows that come from no file of their own", async () => {
    const page = await pageOf("y.safetensors", "--data", "SELECT * FROM 'data.csv'");
    expect(page).toContain("come from no file of their own, so that there is no hash of them");
  });

  it.each([
    [
      ["y.safetensors", "--fair", "c"],
      'The option --fair asks whether predictions stay when "c" changes, but not how near to be the same; say with --tolerance how far',
    ],
    [["kind.safetensors", "--tolerance", "1"], "this model predicts classes"],
    [["kind.safetensors", "--fair", "cc"], 'The model reads no column "cc"; did you mean "c"?'],
    [
      ["kind.safetensors", "--fair", "a"],
      'The column "a" holds numbers, which move by an amount such as a=2',
    ],
    [["kind.safetensors", "--monotone", "c=+"], '"c"'],
    [["kind.safetensors", "--monotone", "a"], "The option --monotone takes columns"],
    [["data.csv"], '"data.csv" is a table, where a model is expected'],
  ])("refuses %j in a sentence, and writes nothing", async (options, sentence) => {
    const { code, stderr } = await psilon(
      ["report", ...options, "--data", "data.csv", "--out", "none.html"],
      { cwd },
    );
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(existsSync(join(cwd, "none.html"))).toBe(false);
  });

  it("is not written over what it reads, nor from rows without the target", async () => {
    const over = await psilon(["report", "y.safetensors", "--data", "data.csv", "--out", "data.csv"], {
      cwd,
    });
    expect([over.code, over.stderr]).toEqual([2, expect.stringContaining("it is what the command reads")]);
    writeFileSync(join(cwd, "unlabelled.csv"), read("data.csv").replaceAll(/,[^,\n]*,(high|low)$/gm, ",,$1"));
    const none = await psilon(["report", "y.safetensors", "--data", "unlabelled.csv", "--out", "none.html"], {
      cwd,
    });
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining("No row of unlabelled.csv has a value of the target y"),
    ]);
  });
});
