// Learns a radiance field from views of a solid and turns it round: node examples/nerf --help
import { join } from "node:path";
import { createCoordinateCommand, fitOptions } from "../coordinates/command.js";
import { tablesOf } from "../coordinates/tables.js";
import { enlarge, sideBySide, writePng } from "../shared/pictures.js";
import { runCommand } from "../shared/runCommand.js";
import { fitNerf } from "./runNerf.js";
import { turntable } from "./views.js";

/** Views are small. */
const LARGER = 2;
/** Held-out views that are shown. */
const SHOWN = [1, 5, 8];

const program = createCoordinateCommand(
  "nerf",
  "Learns a radiance field from 60 views of a solid; held-out views beside what was learned of them, and a turntable.",
).option("--mesh <name>", 'a solid: "bunny", or the path of an .obj or .stl file', null);

await runCommand(program, async (options, streams) => {
  const { result, heldOut, field } = await fitNerf({ ...fitOptions(options, streams), mesh: options.mesh });
  const pairs = SHOWN.map((k) => heldOut[k]).flatMap(({ camera, picture }) => [
    enlarge(picture, LARGER),
    enlarge(field.picture(camera, picture.width), LARGER),
  ]);
  const cameras = turntable(options.quick ? 8 : 24);
  const frames = cameras.map((camera, k) => {
    streams.progress.update("Turning", k, cameras.length);
    return enlarge(field.picture(camera, heldOut[0].picture.width), LARGER);
  });
  const path = (name) => join(options.out, `${name}.png`);
  const files = [await writePng(path("views"), sideBySide(pairs))];
  for (const [k, frame] of frames.entries()) {
    files.push(await writePng(path(`turntable-${String(k).padStart(2, "0")}`), frame));
  }
  files.push(await writePng(path("turntable"), sideBySide(frames, 0)));
  return {
    tables: tablesOf(result, "PSNR in dB", (value) => value.toFixed(2)),
    files,
    result,
    problem: result.problem,
  };
});
