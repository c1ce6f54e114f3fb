import { sizeOf } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

export const learnedPositionsMembers: KindMember[] = [[5], [1, 3], [7, 5], [3, 2, 4]].map((shape) => ({
  name: `of ${shape.join(" × ")}`,
  spec: { layer: "learned-positions" },
  shape,
  plain: (x, _n, [p]) => x.map((v, k) => v + p[k % sizeOf(shape)]),
  traced: (x, [p]) => x.ref.add(p.ref.reshape(shape)),
}));
