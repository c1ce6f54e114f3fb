import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "psilon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objText } from "../../geometry/mesh.js";
import { parseObj } from "../../geometry/parseObj.js";
import { parseStl } from "../../geometry/parseStl.js";
import { readMesh } from "../../geometry/readMesh.js";
import { cube, volumeOf } from "./meshes.js";

let folder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "psilon-meshes-"));
});
afterAll(() => rm(folder, { recursive: true }));

const problemOf = (read) => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error.message;
  }
  throw new Error("Nothing was thrown.");
};

/** The triangles of a mesh as a binary STL file. */
function binaryStl({ positions, cells }) {
  const bytes = new Uint8Array(84 + (50 * cells.length) / 3);
  const view = new DataView(bytes.buffer);
  view.setUint32(80, cells.length / 3, true);
  cells.forEach((vertex, k) => {
    for (let axis = 0; axis < 3; axis++) {
      const at = 84 + 50 * Math.floor(k / 3) + 12 + 12 * (k % 3) + 4 * axis;
      view.setFloat32(at, positions[3 * vertex + axis], true);
    }
  });
  return bytes;
}

function textStl({ positions, cells }) {
  const lines = ["solid cube"];
  for (let t = 0; t < cells.length; t += 3) {
    lines.push("facet normal 0 0 0", " outer loop");
    for (let k = t; k < t + 3; k++) {
      lines.push(`  vertex ${positions.subarray(3 * cells[k], 3 * cells[k] + 3).join(" ")}`);
    }
    lines.push(" endloop", "endfacet");
  }
  return [...lines, "endsolid cube"].join("\n");
}

describe("A mesh", () => {
  test("comes back from the text of an OBJ file as it was", () => {
    const mesh = cube();
    expect(parseObj(objText(mesh), "cube.obj")).toEqual(mesh);
  });

  test("of an OBJ file may have faces of more corners, counted from the end, with textures and normals, among other lines", () => {
    const text =
      "# a square\nmtllib none\nv 0 0 0 1\nv 1 0 0\nv 1 1 0\r\nv 0 1 0\nvn 0 0 1\nf 1/1/1 2//1 -2 -1 # all\n";
    const { positions, cells } = parseObj(text, "square.obj");
    expect([...positions]).toEqual([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]);
    expect([...cells]).toEqual([0, 1, 2, 0, 2, 3]);
  });

  test("comes from STL files, binary and text, by path", async () => {
    for (const contents of [binaryStl(cube()), textStl(cube())]) {
      const path = join(folder, "cube.STL");
      await writeFile(path, contents);
      const mesh = await readMesh(path);
      expect(mesh.cells.length).toBe(36);
      expect(volumeOf(mesh)).toBeCloseTo(8, 12);
    }
  });

  test("is the bunny by its name", async () => {
    const { positions, cells } = await readMesh("bunny");
    expect(positions.length).toBeGreaterThan(5000);
    expect(Math.max(...cells)).toBe(positions.length / 3 - 1);
  });
});

describe("What is no mesh is refused in a sentence with the file and the line", () => {
  test.each([
    ["v 1 2 x", 'Line 1 of "a.obj" is a vertex, but not of three numbers: "v 1 2 x".'],
    ["\nv 1 2", 'Line 2 of "a.obj" is a vertex, but not of three numbers: "v 1 2".'],
    [
      "v 0 0 0\nf 1 2 3",
      'Line 2 of "a.obj" is a face with the vertex "2", but there are 1 vertices before it: "f 1 2 3".',
    ],
    [
      "v 0 0 0\nf 0 1 1",
      'Line 2 of "a.obj" is a face with the vertex "0", but there are 1 vertices before it: "f 0 1 1".',
    ],
    [
      "v 0 0 0\nf 1 1.5 1",
      'Line 2 of "a.obj" is a face with the vertex "1.5", but there are 1 vertices before it: "f 1 1.5 1".',
    ],
    ["v 0 0 0\nf 1 1", 'Line 2 of "a.obj" is a face of fewer than three corners: "f 1 1".'],
  ])("OBJ %j", (text, message) => {
    expect(problemOf(() => parseObj(text, "a.obj"))).toBe(message);
  });

  test.each([
    ["solid\nfacet\nvertex 1 2", 'Line 3 of "a.stl" is a vertex, but not of three numbers: "vertex 1 2".'],
    ["solid\nvertex 1 2 3", 'Line 2 of "a.stl" is a vertex outside of a facet: "vertex 1 2 3".'],
    [
      "solid\nfacet\nvertex 1 2 3\nendfacet",
      'Line 4 of "a.stl" ends a facet that has not three vertices: "endfacet".',
    ],
    ["solid\nfacets", 'Line 2 of "a.stl" is none of an STL file: "facets".'],
    ["solid\nfacet", 'The file "a.stl" ends within a facet.'],
    [
      "hello",
      'The file "a.stl" is no STL file, text or binary: it has 5 bytes, and one begins with 84 bytes, or as text with "solid".',
    ],
  ])("STL %j", (text, message) => {
    expect(problemOf(() => parseStl(new TextEncoder().encode(text), "a.stl"))).toBe(message);
  });

  test("binary STL that was cut off, and that has numbers which are none", () => {
    const bytes = binaryStl(cube());
    expect(problemOf(() => parseStl(bytes.subarray(0, 600), "a.stl"))).toBe(
      'The file "a.stl" is no STL file, text or binary: it has 600 bytes, and it announces 12 triangles, which take 684 bytes.',
    );
    new DataView(bytes.buffer).setFloat32(84 + 50 + 12, Number.NaN, true);
    expect(problemOf(() => parseStl(bytes, "a.stl"))).toBe(
      'Triangle 2 of "a.stl" has a corner with the coordinate NaN, but finite numbers are needed.',
    );
  });

  test("by path: an unknown name, a file that is not there, and one without triangles", async () => {
    await expect(readMesh("teapot")).rejects.toThrow(
      'A mesh is "bunny" or a file whose name ends in .obj or .stl, but "teapot" was given.',
    );
    await expect(readMesh(join(folder, "none.obj"))).rejects.toThrow(/^There is no file ".*none\.obj"\.$/);
    await writeFile(join(folder, "flat.obj"), "v 0 0 0\nv 1 1 1\nf 1 2 2\n");
    await expect(readMesh(join(folder, "flat.obj"))).rejects.toThrow(
      /has 1 triangles and no area, but a mesh with some is needed\.$/,
    );
  });
});
