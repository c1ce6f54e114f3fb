import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, inChromium } from "../../../psilon/test/support/chromium.ts";
import { sections } from "../../src/report/sections.js";
import { temporaryFolder } from "../support/folder.js";
import { hostileClasses, hostileCsv, hostileNames, trainHostile } from "../support/hostileTable.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const missing = chromiumPath ? "" : " (skipped: no Chromium found, name one in PSILON_CHROMIUM)";

/** Pages of a classifier and of a model of numbers, of the same hostile table. */
const pages = { classes: "", numbers: "" };

type BrowserPage = Parameters<Parameters<typeof inChromium>[1]>[0];

/** What `look` finds in the page, which is alone with its bytes; and what a browser had to complain of. */
async function lookAt<T>(body: string, look: (page: BrowserPage) => Promise<T>) {
  const complaints: string[] = [];
  const found = await inChromium(
    {
      "/": { type: "text/html", body: "<!doctype html><title>empty</title>" },
      "/report": { type: "text/html", body },
    },
    async (page) => {
      page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("dialog", (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on("request", (request) => {
        if (!request.url().endsWith("/report")) complaints.push(`request: ${request.url()}`);
      });
      await page.goto(new URL("/report", page.url()).href, { timeout: 0 });
      return look(page);
    },
  );
  return { found, complaints };
}

beforeAll(async () => {
  if (!chromiumPath) return;
  folder.write("hostile.csv", hostileCsv());
  await trainHostile(cwd, { kind: "kinds.st", amount: "amounts.st" }, "--prune", "0.6");
  const about = ["--data", "hostile.csv", "--fair", `${hostileNames.quotes},flag,size`];
  await psilon(["report", "kinds.st", ...about, "--out", "classes.html"], { cwd });
  await psilon(["report", "amounts.st", ...about, "--tolerance", "0.5", "--out", "numbers.html"], { cwd });
  for (const name of ["classes", "numbers"] as const)
    pages[name] = readFileSync(join(cwd, `${name}.html`), "utf8");
});

describe.skipIf(!chromiumPath)(`A report in Chromium${missing}`, () => {
  test.each(["classes", "numbers"] as const)(
    "of %s needs nothing, runs nothing and complains of nothing",
    async (name) => {
      const { found, complaints } = await lookAt(pages[name], (page) =>
        page.evaluate(() => ({
          mode: document.compatMode,
          language: document.documentElement.lang,
          ids: [...document.querySelectorAll("main > section")].map(({ id }) => id),
          broken: [...document.querySelectorAll("nav a, main a")].filter(
            (link) => !document.querySelector(link.getAttribute("href") ?? "#"),
          ).length,
          strangers: [...document.querySelectorAll("script, img, b, iframe, link, foreignObject, svg a")]
            .length,
          fetched: performance.getEntriesByType("resource").length,
        })),
      );
      expect(complaints).toEqual([]);
      expect(found).toEqual({
        ...{ mode: "CSS1Compat", language: "en", broken: 0, strangers: 0, fetched: 0 },
        ids: [...sections.map(({ id }) => id), "guidance"],
      });
    },
  );

  test("fits wide and narrow windows and paper: only tables that are too wide for a window scroll within themselves", async () => {
    const { found } = await lookAt(pages.classes, async (page) => {
      const beyond = async (width: number, media: "screen" | "print") => {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ media });
        return page.evaluate(() => {
          const { clientWidth, scrollWidth } = document.documentElement;
          const wide = [...document.querySelectorAll("svg, p, dl, pre, h1, h2, h3, figcaption, nav")].filter(
            (element) => element.getBoundingClientRect().right > clientWidth + 1,
          );
          return [scrollWidth > clientWidth, wide.map((element) => element.outerHTML.slice(0, 80))];
        });
      };
      return [await beyond(1280, "screen"), await beyond(390, "screen"), await beyond(720, "print")];
    });
    expect(found).toEqual([
      [false, []],
      [false, []],
      [false, []],
    ]);
  });

  test("wraps names and figures of tables in windows of 1000 pixels and on paper, so that none scrolls", async () => {
    const { found } = await lookAt(pages.classes, async (page) => {
      const wide = async (width: number, media: "screen" | "print") => {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ media });
        return page.evaluate(() => {
          for (const details of document.querySelectorAll("details")) details.open = true;
          return [...document.querySelectorAll(".table")]
            .filter((table) => table.scrollWidth > table.clientWidth)
            .map((table) => table.querySelector("caption")?.textContent);
        });
      };
      return [await wide(1000, "screen"), await wide(720, "print")];
    });
    expect(found).toEqual([[], []]);
  });

  test("says to a screen reader what stands there: headings in order, a name and a description for every picture, tables with headed rows", async () => {
    const { found } = await lookAt(pages.classes, async (page) => ({
      tree: await page.locator("body").ariaSnapshot(),
      pictures: await page.evaluate(() =>
        [...document.querySelectorAll("svg")].map((svg) => {
          const textOf = (attribute: string) =>
            document.getElementById(svg.getAttribute(attribute) ?? "")?.textContent ?? "";
          return [
            svg.getAttribute("role"),
            textOf("aria-labelledby"),
            textOf("aria-describedby").length > 10,
          ];
        }),
      ),
      headless: await page.evaluate(
        () =>
          [...document.querySelectorAll("table")].filter(
            (table) =>
              !table.caption?.textContent ||
              table.querySelectorAll("thead th:not([scope=col])").length > 0 ||
              [...table.querySelectorAll("tbody tr")].some((row) => row.querySelector("th")?.scope !== "row"),
          ).length,
      ),
    }));
    const levels = [...found.tree.matchAll(/heading .* \[level=(\d)\]/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.filter((level) => level === 2)).toHaveLength(sections.length + 1);
    expect(levels.every((level, i) => i === 0 || level <= levels[i - 1] + 1)).toBe(true);
    const names = found.pictures.map(([, name]) => name);
    expect(found.pictures.length).toBeGreaterThan(10);
    expect(
      found.pictures.every(([role, name, isDescribed]) => role === "img" && name !== "" && isDescribed),
    ).toBe(true);
    expect(new Set(names).size).toBe(names.length);
    // What stands in a picture is told once, by its name.
    expect(found.tree.match(/- '?img "/g)).toHaveLength(names.length);
    expect(found.headless).toBe(0);
  });

  test("shows names that mean something to markup as they are, in pictures too", async () => {
    const { found } = await lookAt(pages.classes, (page) =>
      page.evaluate(() => ({
        text: document.body.textContent ?? "",
        drawn: [...document.querySelectorAll("svg text")].map(({ textContent }) => textContent),
      })),
    );
    for (const name of [...Object.values(hostileNames), ...hostileClasses])
      expect(found.text).toContain(name);
    expect(found.drawn).toContain(hostileNames.proto);
    expect(found.drawn).toContain(hostileNames.quotes);
    expect(found.drawn).toContain(hostileClasses[0]);
  });

  test.each(["classes", "numbers"] as const)(
    "of %s tells series apart without colours, by dashes or shapes, and has texts that are dark enough",
    async (name) => {
      const { found } = await lookAt(pages[name], async (page) => {
        const session = await page.context().newCDPSession(page);
        await session.send("Emulation.setEmulatedVisionDeficiency", { type: "achromatopsia" });
        return page.evaluate(() => {
          const light = (color: string) => {
            const [r, g, b] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
              const share = Number(part) / 255;
              return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const outline = (path: Element) => (path.getAttribute("d") ?? "").replaceAll(/[^a-zA-Z]/g, "");
          /** Colours of a picture's lines or points of which another has the same dashes or shape. */
          const alike = (svg: Element) => {
            const marks = [
              ...[...svg.querySelectorAll(".mark-line.role-mark path")].map((path) => [
                path.getAttribute("stroke"),
                `dashes ${path.getAttribute("stroke-dasharray")}`,
              ]),
              ...[...svg.querySelectorAll(".mark-symbol.role-mark path")].map((path) => [
                path.getAttribute("fill"),
                `shape ${outline(path)}`,
              ]),
            ];
            const colors = new Map<string, Set<string | null>>();
            for (const [color, look] of marks) {
              const key = String(look);
              colors.set(key, (colors.get(key) ?? new Set()).add(color));
            }
            return [...colors].filter(([, set]) => set.size > 1).map(([look]) => look);
          };
          const texts = [
            ...document.querySelectorAll("p, td, th, a, dt, dd, li, summary, caption, h2, svg text"),
          ];
          const faint = texts.filter((text) => {
            const style = getComputedStyle(text);
            return 1.05 / (light(text.closest("svg") ? style.fill : style.color) + 0.05) < 4.5;
          });
          return {
            alike: [...document.querySelectorAll("svg")].flatMap(alike),
            faint: faint.map(({ outerHTML }) => outerHTML.slice(0, 120)),
            lines: document.querySelectorAll(".mark-line.role-mark path").length,
          };
        });
      });
      expect(found.alike).toEqual([]);
      expect(found.faint).toEqual([]);
      expect(found.lines).toBeGreaterThan(2);
    },
  );

  test("unfolds its numbers on paper", async () => {
    const { found } = await lookAt(pages.numbers, async (page) => {
      const shown = () =>
        page.evaluate(async () => {
          // What a page shows is decided by its next frame.
          for (let frame = 0; frame < 2; frame++) await new Promise((next) => requestAnimationFrame(next));
          const [table] = document.querySelectorAll("details table");
          return table.checkVisibility({ contentVisibilityAuto: true });
        });
      const onScreen = await shown();
      await page.emulateMedia({ media: "print" });
      // What a style shows is there with the next frame.
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      return [onScreen, await shown()];
    });
    expect(found).toEqual([false, true]);
  });
});
