import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

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

/** Serves the built package under /dist/ and `pages` by their paths. */
async function serve(pages: Record<string, { type: string; body: string }>): Promise<Server> {
  const server = createServer(({ url = "/" }, response) => {
    const send = (type: string, body: string) => response.writeHead(200, { "content-type": type }).end(body);
    const { pathname } = new URL(url, "http://localhost");
    if (pages[pathname]) return send(pages[pathname].type, pages[pathname].body);
    const path = normalize(join(dist, pathname.replace(/^\/dist\//, "")));
    if (!path.startsWith(normalize(dist + sep)) || !existsSync(path)) return response.writeHead(404).end();
    // Workers have no import maps, so that what a bundler would resolve is resolved here.
    return send(
      "text/javascript",
      readFileSync(path, "utf8").replaceAll("#platform", "/dist/engine/backend/platform/browser.js"),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

/** What the module `source` posts from a Web Worker in headless Chromium; it finds the built package under /dist/. */
export async function runInChromiumWorker(source: string): Promise<unknown> {
  const server = await serve({
    "/": { type: "text/html", body: "<!doctype html><title>psilon</title>" },
    "/favicon.ico": { type: "image/x-icon", body: "" },
    "/worker.js": { type: "text/javascript", body: source },
  });
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
    return await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker("/worker.js", { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message || "The worker did not load."));
        }),
    );
  } finally {
    await browser.close();
    server.close();
  }
}
