import type { Network } from "../networks/network.js";

/** The mean of the members' outputs for n rows that all were shown, in the place of the first member's: what the ensemble predicts. */
export function averageMembers({ members, output, outputs }: Network, n: number): void {
  const count = members.length;
  const values = output.data;
  const length = n * outputs;
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let m = 0; m < count; m++) sum += values[m * length + i];
    values[i] = sum / count;
  }
}
