import type { KindMember } from "./member.ts";

export const flattenMembers: KindMember[] = [[2, 3, 2], [3, 4], [5]].map((shape) => ({
  name: `of ${shape.length} sizes`,
  spec: { layer: "flatten" },
  shape,
  plain: (x) => x,
  traced: (x) => x.ref.reshape([x.shape[0], -1]),
}));
