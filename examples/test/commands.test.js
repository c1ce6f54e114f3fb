import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decode, encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objText } from "../geometry/mesh.js";
import { cube } from "./geometry/meshes.js";

const examples = fileURLToPath(new URL("..", import.meta.url));

let folder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "psilon-examples-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Interrupts the process as soon as it listens for that; before, it would just end. */
const interruptWhenHeeded = encodeURIComponent(
  'process.on("newListener", (name) => name === "SIGINT" && setImmediate(() => process.kill(process.pid, name)))',
);

/** Runs an example to its end. */
function run(name, args, nodeOptions = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeOptions, join(examples, name), ...args], { cwd: folder });
    const texts = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) {
      child[stream].on("data", (data) => {
        texts[stream] += data;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...texts }));
  });
}

const sizeOf = async (path) => {
  const { width, height } = decode(await readFile(path));
  return [width, height];
};
const tiny = ["--quick", "--steps", "4"];

describe("An example ends with a picture and tables", () => {
  test("occupancy, of a mesh by path, with its surface as OBJ", async () => {
    const mesh = join(folder, "cube.obj");
    await writeFile(mesh, objText(cube()));
    const out = join(folder, "occupancy");
    const kind = ["--weights", "row-equilibrated", "--activation", "sine"];
    const { code, stdout, stderr } = await run("occupancy", [...tiny, "--mesh", mesh, "--out", out, ...kind]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `Wrote ${join(out, "surfaces.png")}\nWrote ${join(out, "surface.obj")}\n`,
    });
    expect(stdout).toMatch(/^\| step \| +loss \| IoU on the way \|\n/);
    expect(stdout).toMatch(
      /\n\| network +\| +IoU \| log₁₀ κ before \| log₁₀ κ after \| seconds \|\n.*\n\| all layers /,
    );
    expect((await readdir(out)).sort()).toEqual(["surface.obj", "surfaces.png"]);
    expect(await sizeOf(join(out, "surfaces.png"))).toEqual([520, 256]);
  });

  test("image, of a PNG by path, with a normalization, and as JSON", async () => {
    const image = join(folder, "grey.png");
    const data = Uint8Array.from({ length: 20 * 10 }, (_, k) => k);
    await writeFile(image, encode({ width: 20, height: 10, data, channels: 1 }));
    const args = [...tiny, "--image", image, "--normalize", "batch", "--json"];
    const { code, stdout, stderr } = await run("image", args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ outcome: "finished", steps: 4, problem: null });
    expect(result.metric).toBe(result.watched.at(-1).value);
    expect(result.losses.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(result.logKappa.before.length).toBe(4);
    expect(result.files).toEqual([join("out", "image", "pictures.png")]);
    expect(await sizeOf(join(folder, result.files[0]))).toEqual([48, 10]);
  });

  test("nerf, of the bunny, with a turntable", async () => {
    const out = join(folder, "nerf");
    const args = [
      ...tiny,
      "--mesh",
      "bunny",
      "--out",
      out,
      "--activation",
      "gaussian",
      "--normalize",
      "layer",
    ];
    const { code, stdout } = await run("nerf", args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\| PSNR in dB \| log₁₀ κ before /);
    const frames = Array.from({ length: 8 }, (_, k) => `turntable-0${k}.png`);
    expect((await readdir(out)).sort()).toEqual([...frames, "turntable.png", "views.png"]);
    const [width, height] = await sizeOf(join(out, frames[3]));
    expect(width).toBe(height);
    expect(await sizeOf(join(out, "turntable.png"))).toEqual([8 * width, height]);
  });
});

test("The 1-Lipschitz networks' example ends with a row for each network and a picture of both norms", async () => {
  const out = join(folder, "lipschitz");
  const { code, stdout, stderr } = await run("lipschitz", [...tiny, "--out", out]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: `Wrote ${join(out, "certified.png")}\n` });
  expect(stdout).toMatch(
    /^\| network +\| +curve \| norm \| +ε \| accuracy \| certified at ε \| mean radius \| seconds \|\n/,
  );
  expect(stdout.trim().split("\n").length).toBe(2 + 4);
  expect(await sizeOf(join(out, "certified.png"))).toEqual([2 * 480 + 8, 360]);
});

describe("A command line", () => {
  test.each([
    [
      "occupancy",
      ["--weights", "none"],
      /^error: option '--weights <kind>' argument 'none' is invalid\. Allowed choices are l1-shared, /,
    ],
    [
      "image",
      ["--learning-rate", "0"],
      /^error: option '--learning-rate <rate>' .* A finite number above 0 is needed\.\n$/,
    ],
    [
      "nerf",
      ["--steps", "1.5"],
      /^error: option '--steps <n>' .* A whole number of at least 0 is needed\.\n$/,
    ],
    ["lipschitz", ["--data", "x"], /^error: unknown option '--data'\n$/],
    ["occupancy", ["--mesh", "none.obj"], /^error: There is no file "none\.obj"\.\n$/],
  ])("that cannot be used is refused in a sentence: %s %j", async (name, args, message) => {
    const { code, stdout, stderr } = await run(name, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("whose learning rate is far too high ends in a sentence, with the last good weights", async () => {
    const args = ["--quick", "--steps", "40", "--learning-rate", "1e30", "--json"];
    const { code, stdout, stderr } = await run("image", args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Training stopped in step \d+ of 40: .* lower the learning rate\.\n$/);
    const result = JSON.parse(stdout);
    expect(result.outcome).toBe("not-finite");
    expect(Number.isFinite(result.metric)).toBe(true);
  });

  test("is stopped by Ctrl-C and still says what was learned", async () => {
    const args = ["--quick", "--steps", "1000000", "--json"];
    const { code, stdout } = await run("image", args, [
      "--import",
      `data:text/javascript,${interruptWhenHeeded}`,
    ]);
    expect(code).toBe(130);
    const result = JSON.parse(stdout);
    expect(result.outcome).toBe("aborted");
    expect(result.steps).toBeLessThan(1000000);
    expect(Number.isFinite(result.metric)).toBe(true);
  });
});
