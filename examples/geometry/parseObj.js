import { InputError } from "psilon";

/**
 * The mesh of an OBJ file: its `v` and `f` lines, faces of more than three corners cut into a fan; all other lines are left aside.
 * Throws InputError with the line where a vertex or a face is none.
 */
export function parseObj(text, source) {
  const positions = [];
  const cells = [];
  text.split(/\r?\n/).forEach((line, index) => {
    const [keyword, ...words] = line.replace(/#.*/, "").trim().split(/\s+/);
    const refuse = (found) => {
      throw new InputError({
        code: "wrong-format",
        found: `Line ${index + 1} of "${source}" ${found}: "${line.trim()}"`,
        where: { source, row: index + 1 },
        value: line,
      });
    };
    if (keyword === "v") {
      const numbers = words.slice(0, 3).map(Number);
      if (numbers.length < 3 || !numbers.every(Number.isFinite))
        refuse("is a vertex, but not of three numbers");
      positions.push(...numbers);
    } else if (keyword === "f") {
      const known = positions.length / 3;
      const corners = words.map((word) => {
        const number = Number(word.split("/")[0]);
        // Those below 0 count back from the last vertex.
        const corner = number < 0 ? known + number : number - 1;
        if (!Number.isInteger(number) || corner < 0 || corner >= known) {
          refuse(`is a face with the vertex "${word}", but there are ${known} vertices before it`);
        }
        return corner;
      });
      if (corners.length < 3) refuse("is a face of fewer than three corners");
      for (let k = 2; k < corners.length; k++) cells.push(corners[0], corners[k - 1], corners[k]);
    }
  });
  return { positions: Float64Array.from(positions), cells: Uint32Array.from(cells) };
}
