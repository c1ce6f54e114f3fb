import { InputError } from "psilon";

const HEADER = 84;
const TRIANGLE = 50;

/** The mesh of an STL file, binary or text, with vertices of its own for every triangle. Throws InputError where it is neither. */
export function parseStl(bytes, source) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Binary files may begin with "solid", too, so their length decides.
  if (bytes.length >= HEADER && bytes.length === HEADER + TRIANGLE * view.getUint32(80, true)) {
    return soup(binaryPositions(view, source));
  }
  const text = new TextDecoder().decode(bytes);
  if (/^\s*solid\b/.test(text)) return soup(textPositions(text, source));
  const announced =
    bytes.length >= HEADER
      ? `it announces ${view.getUint32(80, true)} triangles, which take ${HEADER + TRIANGLE * view.getUint32(80, true)} bytes`
      : `one begins with ${HEADER} bytes, or as text with "solid"`;
  throw new InputError({
    code: "wrong-format",
    found: `The file "${source}" is no STL file, text or binary: it has ${bytes.length} bytes, and ${announced}`,
    where: { source },
  });
}

const soup = (positions) => ({
  positions,
  cells: Uint32Array.from({ length: positions.length / 3 }, (_, k) => k),
});

function binaryPositions(view, source) {
  const triangles = view.getUint32(80, true);
  const positions = new Float64Array(9 * triangles);
  for (let t = 0; t < triangles; t++) {
    // The normal, which the corners give as well, stands before them.
    for (let k = 0; k < 9; k++) {
      const value = view.getFloat32(HEADER + TRIANGLE * t + 12 + 4 * k, true);
      if (!Number.isFinite(value)) {
        throw new InputError({
          code: "not-finite",
          found: `Triangle ${t + 1} of "${source}" has a corner with the coordinate ${value}, but finite numbers are needed`,
          where: { source, row: t + 1 },
        });
      }
      positions[9 * t + k] = value;
    }
  }
  return positions;
}

function textPositions(text, source) {
  const positions = [];
  let facet = null;
  text.split(/\r?\n/).forEach((line, index) => {
    const [keyword, ...words] = line.trim().toLowerCase().split(/\s+/);
    const refuse = (found) => {
      throw new InputError({
        code: "wrong-format",
        found: `Line ${index + 1} of "${source}" ${found}: "${line.trim()}"`,
        where: { source, row: index + 1 },
        value: line,
      });
    };
    if (keyword === "facet") facet = positions.length;
    else if (keyword === "vertex") {
      const numbers = words.map(Number);
      if (numbers.length !== 3 || !numbers.every(Number.isFinite))
        refuse("is a vertex, but not of three numbers");
      if (facet === null) refuse("is a vertex outside of a facet");
      positions.push(...numbers);
    } else if (keyword === "endfacet") {
      if (facet === null || positions.length !== facet + 9) {
        refuse("ends a facet that has not three vertices");
      }
      facet = null;
    } else if (!["solid", "outer", "endloop", "endsolid", ""].includes(keyword)) {
      refuse("is none of an STL file");
    }
  });
  if (facet !== null) {
    throw new InputError({
      code: "wrong-format",
      found: `The file "${source}" ends within a facet`,
      where: { source },
    });
  }
  return Float64Array.from(positions);
}
