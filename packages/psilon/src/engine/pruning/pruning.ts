/** How much is to become 0, of all layers together or of each. */
export interface Amount {
  readonly sparsity: number;
  readonly scope: "global" | "layer";
}

/** The epochs of a training in which it prunes, its last. */
export interface Stage {
  /** Its first epoch, counted from 0. */
  readonly first: number;
  /** Epochs in which a rule that takes its time goes to its end: half of the stage. What is left then trains on. */
  readonly ramp: number;
  readonly stepsPerEpoch: number;
}

/** What a rule goes on from, beside the masks: plain values that survive a structured clone. */
export interface PruningState {
  readonly alpha: number;
  /** The scales of the L1 projection: one, or one a layer. */
  readonly scales: readonly number[];
}

/** A rule at work on one network. */
export interface Pruning {
  /** How far it has come: 0 before the stage, 1 once every zero is in place; the L1 projection's α. */
  readonly alpha: number;
  /** Before epoch number `epoch` (from 0), `steps` steps into the training. */
  begin(epoch: number, steps: number): void;
  /** Between a step's gradients and its update. */
  advance(steps: number): void;
  /** Ends with masks that hold exact zeros, as many as were asked for; does nothing before the stage. */
  settle(): void;
  state(): PruningState;
  /** Continues from a checkpoint's state, the weights' masks being restored already. */
  restore(state: PruningState): void;
}
