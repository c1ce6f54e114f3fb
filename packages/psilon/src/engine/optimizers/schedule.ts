/** A learning rate over training, with progress running from 0 to 1. */
export type Schedule =
  /** initial → peak over `warmup`, then peak → final, both along half a cosine (Smith & Topin 2018). */
  | {
      readonly kind: "one-cycle";
      readonly initial: number;
      readonly peak: number;
      readonly final: number;
      readonly warmup: number;
    }
  /** 0 → peak linearly over `warmup`, then down to `final` along half a cosine. */
  | { readonly kind: "cosine"; readonly peak: number; readonly final: number; readonly warmup: number }
  /** 0 → rate linearly over `warmup`, then constant. */
  | { readonly kind: "constant"; readonly rate: number; readonly warmup: number };

/** The rate at `progress`; `warmup` is a share of training in [0, 1], which a trainer checks. */
export function learningRate(schedule: Schedule, progress: number): number {
  const { warmup } = schedule;
  const rising = progress < warmup;
  const part = rising ? progress / warmup : warmup < 1 ? (progress - warmup) / (1 - warmup) : 1;
  switch (schedule.kind) {
    case "one-cycle":
      return rising
        ? along(schedule.initial, schedule.peak, part)
        : along(schedule.peak, schedule.final, part);
    case "cosine":
      return rising ? schedule.peak * part : along(schedule.peak, schedule.final, part);
    case "constant":
      return rising ? schedule.rate * part : schedule.rate;
  }
}

/** From `start` to `end` along half a cosine. */
function along(start: number, end: number, part: number): number {
  return end + ((start - end) / 2) * (1 + cosPi(part));
}

/** cos(π·t) for t in [0, 1] by + − × alone: engines may round `Math.cos` differently, and training must not differ. */
function cosPi(t: number): number {
  // cos(π·t) = −sin(x) for x = π·(t − ½) in [−π/2, π/2], where the Taylor series to x²¹ is exact to double precision.
  const x = Math.PI * (t - 0.5);
  const square = x * x;
  let term = x;
  let sum = x;
  for (let k = 2; k <= 20; k += 2) {
    term *= -square / (k * (k + 1));
    sum += term;
  }
  return -sum;
}
