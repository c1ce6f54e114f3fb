import bunny from "bunny";
import { InputError } from "psilon";
import { read } from "../shared/read.js";
import { areaVectors } from "./mesh.js";
import { parseObj } from "./parseObj.js";
import { parseStl } from "./parseStl.js";

/** The mesh of an .obj or .stl file, or the Stanford bunny by the name "bunny". Throws InputError where there is none. */
export async function readMesh(source) {
  if (source === "bunny") {
    return {
      positions: Float64Array.from(bunny.positions.flat()),
      cells: Uint32Array.from(bunny.cells.flat()),
    };
  }
  const extension = /\.(obj|stl)$/i.exec(source)?.[1].toLowerCase();
  if (!extension) {
    throw new InputError({
      code: "wrong-format",
      found: `A mesh is "bunny" or a file whose name ends in .obj or .stl, but "${source}" was given`,
      value: source,
    });
  }
  const bytes = read(source);
  const mesh =
    extension === "obj" ? parseObj(new TextDecoder().decode(bytes), source) : parseStl(bytes, source);
  if (!areaVectors(mesh).some((value) => value !== 0)) {
    throw new InputError({
      code: "wrong-format",
      found: `The file "${source}" has ${mesh.cells.length / 3} triangles and no area, but a mesh with some is needed`,
      where: { source },
    });
  }
  return mesh;
}
