import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Page as BrowserPage, chromium } from "playwright-core";

/** The system's Chromium, or the one that PSILON_CHROMIUM names; null where there is none. */
export const chromiumPath: string | null =
  process.env.PSILON_CHROMIUM ??
  [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].find((path) => existsSync(path)) ??
  null;

export const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

const require = createRequire(import.meta.url);

/** Optional peers by their names: what a bundler would take of each, and where that lies. */
const peers = Object.entries({ papaparse: "papaparse.js", hyparquet: "index.js" }).map(([name, file]) => ({
  name,
  folder: dirname(require.resolve(name)),
  url: `/peers/${name}/${file}`,
}));

/** A module as a browser takes it: what a bundler would resolve or wrap is resolved and wrapped here, since workers have no import maps. */
function asServed(path: string): string {
  const text = readFileSync(path, "utf8").replaceAll("#platform", "/dist/engine/backend/platform/browser.js");
  const resolved = peers.reduce(
    (code, { name, url }) => code.replaceAll(`import("${name}")`, `import("${url}")`),
    text,
  );
  return path.endsWith("papaparse.js")
    ? `const module = { exports: {} }, { exports } = module;\n${resolved}\nexport default module.exports;`
    : resolved;
}

/** The file of that address, of the built package, under /psilon/ as it stands, or of a peer; null where there is none. */
function fileAt(pathname: string): string | null {
  const places = [
    { at: "/dist/", folder: dist },
    { at: "/psilon/", folder: dist },
    ...peers.map(({ name, folder }) => ({ at: `/peers/${name}/`, folder })),
  ];
  const place = places.find(({ at }) => pathname.startsWith(at));
  if (!place) return null;
  const path = normalize(join(place.folder, pathname.slice(place.at.length)));
  return path.startsWith(normalize(join(place.folder, sep))) && existsSync(path) ? path : null;
}

interface Page {
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Serves the built package under /dist/ and /psilon/, its peers, and `pages` by their paths. */
async function serve(pages: Readonly<Record<string, Page>>): Promise<Server> {
  const server = createServer(({ url = "/" }, response) => {
    const send = ({ type, body, headers = {} }: Page) =>
      response.writeHead(200, { "content-type": type, ...headers }).end(body);
    const { pathname } = new URL(url, "http://localhost");
    if (pages[pathname]) return send(pages[pathname]);
    const path = fileAt(pathname);
    if (path === null) return response.writeHead(404).end();
    const body = pathname.startsWith("/psilon/") ? readFileSync(path, "utf8") : asServed(path);
    return send({ type: "text/javascript", body });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

/** What `work` makes of the page at `/` of these in headless Chromium, which find the built package under /dist/ and /psilon/. */
export async function inChromium<T>(
  pages: Readonly<Record<string, Page>>,
  work: (page: BrowserPage) => Promise<T>,
): Promise<T> {
  const server = await serve({ "/favicon.ico": { type: "image/x-icon", body: "" }, ...pages });
  const flags = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
  ];
  const browser = await chromium.launch({
    executablePath: chromiumPath!,
    headless: true,
    timeout: 0,
    // Chromium's sandbox refuses to run as root, which is what containers are.
    args: process.getuid?.() === 0 ? [...flags, "--no-sandbox"] : flags,
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { timeout: 0 });
    return await work(page);
  } finally {
    await browser.close();
    server.close();
  }
}

/** What the module `source` posts from a Web Worker in headless Chromium; it finds the built package under /dist/. */
export const runInChromiumWorker = (source: string): Promise<unknown> =>
  inChromium(
    {
      "/": { type: "text/html", body: "<!doctype html><title>psilon</title>" },
      "/worker.js": { type: "text/javascript", body: source },
    },
    (page) =>
      page.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker("/worker.js", { type: "module" });
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => reject(new Error(message || "The worker did not load."));
          }),
      ),
  );

/** What a page writes into its `output` in headless Chromium; it finds the built package under /psilon/. */
export const outputInChromium = (body: string, policy: string): Promise<string> =>
  inChromium(
    { "/": { type: "text/html", body, headers: { "content-security-policy": policy } } },
    async (page) => {
      const filled = await page.waitForFunction(() => document.querySelector("output")?.value, null, {
        timeout: 0,
      });
      return String(await filled.jsonValue());
    },
  );
