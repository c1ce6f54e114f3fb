import type { Arena } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { averageMembers } from "./averageMembers.js";
import { evaluateLoss, type LossKind } from "./loss.js";
import type { PlacedData } from "./placedData.js";

/** Shows every member of a network the same n rows of some data, from `start` on. */
export type ShowAll = (data: PlacedData, start: number, n: number) => void;

/** Of at most `room` rows at a time. */
export function createShowing(arena: Arena, members: number, room: number): ShowAll {
  const same = arena.tensor(members * room);
  return (data, start, n) => {
    const indices = same.integers;
    for (let i = 0; i < members * n; i++) indices[i] = start + (i % n);
    data.gather(same, 0, members * n);
  };
}

/** The loss of the mean of what members predict, on rows that are not trained on, at most `room` at a time. */
export function heldOutLoss(
  backend: Backend,
  network: Network,
  loss: LossKind,
  held: PlacedData,
  showAll: ShowAll,
  room: number,
): number {
  let total = 0;
  for (let start = 0; start < held.rows; start += room) {
    const n = Math.min(room, held.rows - start);
    showAll(held, start, n);
    network.evaluate(network.members.length * n);
    averageMembers(network, n);
    const w = held.w?.slice(start, n) ?? null;
    total += evaluateLoss(backend, network, loss, n, held.y.slice(start, n), w);
  }
  return total / held.rows;
}
