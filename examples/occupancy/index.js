// Learns where a solid is and draws the surface that was learned beside the true one: node examples/occupancy --help
import { join } from "node:path";
import { createCoordinateCommand, fitOptions } from "../coordinates/command.js";
import { tablesOf } from "../coordinates/tables.js";
import { cameraAt } from "../geometry/camera.js";
import { objText, withNormals } from "../geometry/mesh.js";
import { render } from "../geometry/render.js";
import { sideBySide, writePng } from "../shared/pictures.js";
import { runCommand } from "../shared/runCommand.js";
import { write } from "../shared/write.js";
import { fitOccupancy } from "./runOccupancy.js";

const program = createCoordinateCommand(
  "occupancy",
  "Learns where a solid is; the true and the learned surface side by side, the learned one also as OBJ.",
).option("--mesh <name>", 'a solid: "bunny", or the path of an .obj or .stl file', null);

await runCommand(program, async (options, streams) => {
  const { result, solid, surface } = await fitOccupancy({
    ...fitOptions(options, streams),
    mesh: options.mesh,
  });
  streams.progress.stop();
  const learned = surface();
  const camera = cameraAt(0.5, 0.4);
  const pixels = options.quick ? 256 : 512;
  const pictures = [solid.mesh, withNormals(learned)].map((mesh) =>
    render(mesh, () => [0.75, 0.8, 0.9], camera, pixels),
  );
  return {
    tables: tablesOf(result, "IoU", (value) => value.toFixed(4)),
    files: [
      await writePng(join(options.out, "surfaces.png"), sideBySide(pictures)),
      await write(join(options.out, "surface.obj"), objText(learned)),
    ],
    result,
    problem: result.problem,
  };
});
