import { describe, expect, test } from "vitest";
import { fitPlan } from "../../src/fit/fitPlan.ts";
import type { TrainingJob, TrainingResult } from "../../src/fit/job.ts";
import { makePlan, type Plan } from "../../src/fit/plan.ts";
import { search } from "../../src/fit/search.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

const count = 60;
const frame = frameFrom({
  x: Array.from({ length: count }, (_, i) => Math.sin(i)),
  y: Array.from({ length: count }, (_, i) => i % 7),
});
const network: FoldedNetwork = {
  architecture: "mlp",
  layers: [{ kind: "dense", rows: 1, columns: 1, weight: Float32Array.of(1), bias: Float32Array.of(0) }],
} as never;

/** A runner whose networks err by what `errorOf` says of their jobs, and the shares and jobs it was given. */
function pretending(errorOf: (job: TrainingJob) => number | null) {
  const calls: { share: number; jobs: readonly TrainingJob[] }[] = [];
  const run = async (jobs: readonly TrainingJob[], share: number) => {
    calls.push({ share, jobs });
    return jobs.map((job): TrainingResult | null => {
      const error = errorOf(job);
      if (error === null) return null;
      const outcome = Number.isFinite(error) ? "finished" : "not-finite";
      const validationOutputs = job.validation?.targets.map((y) => y + error) ?? null;
      return { networks: [network], outcome, epochs: 1, validationOutputs } as unknown as TrainingResult;
    });
  };
  return { run, calls };
}

const isBins = ({ network: { inputs } }: TrainingJob) => inputs > 1;
const tried = (plan: Plan, jobs: readonly TrainingJob[]) =>
  jobs.map(({ training }) => training.lambda).filter((_, i) => i % plan.splits === 0);

describe("The adaptive search", () => {
  const plan = makePlan(frame, "y", { preset: "balanced" });
  const { lambdas } = plan;

  test("tries every encoding and λ in a share of the steps, and in full only the best one's neighbours", async () => {
    const place = 2;
    const { run, calls } = pretending(
      (job) => (isBins(job) ? 0.5 : 1) + Math.abs(lambdas.indexOf(job.training.lambda) - place),
    );
    const { best, grid, interrupted } = await search(plan, run);
    expect(interrupted).toBe(false);
    expect(best.candidate).toMatchObject({ lambda: lambdas[place] });
    expect(best.candidate.encoding).not.toBe("value");
    expect(grid.map(({ candidate }) => candidate.lambda)).toEqual(lambdas);
    const [screening, full] = calls;
    expect(screening.share).toBeLessThan(1);
    expect(screening.jobs.length).toBeGreaterThanOrEqual(3 * lambdas.length * plan.splits);
    expect(full.share).toBe(1);
    expect(tried(plan, full.jobs)).toEqual(lambdas.slice(place - 1, place + 2));
    const [short] = screening.jobs;
    const [long] = full.jobs;
    expect(short.training.epochs).toBe(Math.ceil(long.training.epochs * screening.share));
  });

  test("climbs on for as long as the λ at the end is the best", async () => {
    // Short trainings like the largest λ, long ones the smallest.
    const full = makePlan(frame, "y", { preset: "balanced" });
    let isShort = true;
    const { run, calls } = pretending(({ training }) => {
      const at = lambdas.indexOf(training.lambda);
      return isShort ? 10 - at : 1 + at;
    });
    const { best } = await search(full, async (jobs, share) => {
      isShort = share < 1;
      return run(jobs, share);
    });
    expect(best.candidate.lambda).toBe(lambdas[0]);
    expect(calls.slice(1, -1).flatMap(({ jobs }) => tried(full, jobs))).toEqual([
      ...lambdas.slice(-2),
      ...lambdas.slice(0, -2).reverse(),
    ]);
  });

  test("takes the simplest of what draws: the largest λ", async () => {
    const { run } = pretending(() => 1);
    const { best } = await search(plan, run);
    expect(best.candidate.lambda).toBe(lambdas.at(-1));
  });

  test("offers networks of other encodings, shapes and none as what might be mixed in", async () => {
    const { run } = pretending(() => 1);
    const { best, others } = await search(plan, run);
    const kinds = others.map(({ candidate }) => JSON.stringify(candidate));
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(others.some(({ candidate }) => candidate.encoding !== best.candidate.encoding)).toBe(true);
    expect(others.some(({ candidate }) => candidate.depth === 0)).toBe(true);
  });

  test.each([0, 3])(
    "of the preset best offers other shapes with the least λ too, each once (%i)",
    async (place) => {
      const wide = makePlan(frame, "y", { preset: "best" });
      const { run } = pretending(
        ({ training }) => 1 + Math.abs(wide.lambdas.indexOf(training.lambda) - place),
      );
      const { best, others } = await search(wide, run);
      expect(best.candidate.lambda).toBe(wide.lambdas[place]);
      const kinds = [best, ...others].map(({ candidate }) => JSON.stringify(candidate));
      expect(new Set(kinds).size).toBe(kinds.length);
      const large = others.map(({ candidate }) => candidate).filter(({ depth }) => depth === 3);
      const encodingsAt = (lambda: number) =>
        large.filter((one) => one.lambda === lambda).map(({ encoding }) => encoding);
      expect(encodingsAt(wide.lambdas[0]).toSorted()).toEqual(wide.encodings.toSorted());
      expect(encodingsAt(wide.lambdas[place])).toContain(best.candidate.encoding);
    },
  );

  test("stopped while it screens hands out the best that was finished", async () => {
    let left = plan.splits;
    const { run, calls } = pretending(() => (left-- > 0 ? 1 : null));
    const { best, interrupted } = await search(plan, run);
    expect(interrupted).toBe(true);
    expect(best.results).toHaveLength(plan.splits);
    expect(calls).toHaveLength(1);
  });

  test("leaves out what diverges, and refuses to go on without anything", async () => {
    const { run } = pretending(({ training }) => (training.lambda === lambdas[0] ? Number.NaN : 1));
    expect((await search(plan, run)).best.candidate.lambda).not.toBe(lambdas[0]);
    await expect(search(plan, pretending(() => Number.NaN).run)).rejects.toThrow(
      /^Training diverged with λ = /,
    );
    await expect(search(plan, pretending(() => null).run)).rejects.toThrow(/stopped before anything/);
  });
});

test("With one λ and one encoding there is nothing to screen", async () => {
  const plan = makePlan(frame, "y", { preset: "balanced", lambda: 0.01, encode: "value", width: 8 });
  const { run, calls } = pretending(() => 1);
  await search(plan, run);
  expect(calls.map(({ share, jobs }) => [share, jobs.length])).toEqual([[1, plan.splits]]);
});

test("The preset fast tries in full what it screened beside the network on all rows", async () => {
  const plan = makePlan(frame, "y", { preset: "fast" });
  const { run, calls } = pretending(({ training }) => training.lambda);
  const fitted = await fitPlan(plan, { run: (jobs) => run(jobs, 1) });
  expect(calls).toHaveLength(2);
  const [{ jobs: screened }, { jobs: full }] = calls;
  expect(full.map(({ validation }) => validation === null)).toEqual([
    ...Array(plan.splits).fill(false),
    true,
  ]);
  expect(full[0].training.epochs).toBeGreaterThan(4 * screened[0].training.epochs);
  expect(new Set(full.map(({ training }) => training.lambda))).toEqual(new Set([plan.lambdas[0]]));
  expect(fitted.parts.map(({ networks }) => networks.length)).toEqual([1]);
});

test("Of many rows some choose the encoding, and a search that was stopped later says which rows its network has seen", async () => {
  const rows = 24_000;
  const many = frameFrom({
    x: Array.from({ length: rows }, (_, i) => Math.sin(i)),
    y: Array.from({ length: rows }, (_, i) => i % 7),
  });
  const plan = makePlan(many, "y", { preset: "balanced" });
  const { run, calls } = pretending(() => 1);
  let left = 2;
  const fitted = await fitPlan(plan, {
    run: async (jobs) => (left-- > 0 ? run(jobs, 1) : jobs.map(() => null)),
  });
  const [screened, full] = calls.map(({ jobs: [job] }) => job.train.rows);
  expect(screened).toBeLessThan(0.51 * full);
  expect(full).toBe(0.8 * rows);
  expect(fitted).toMatchObject({ interrupted: true, parts: [{ job: { train: { rows: full } } }] });
});

test("What was asked of a column holds in every candidate", async () => {
  const two = frameFrom({
    x: Array.from({ length: count }, (_, i) => Math.sin(i)),
    z: Array.from({ length: count }, (_, i) => Math.cos(i)),
    y: Array.from({ length: count }, (_, i) => i % 7),
  });
  const plan = makePlan(two, "y", { preset: "fast", encode: { x: "value" } });
  const inputs = plan.encodings.map((encoding) => plan.views.whole(encoding).prepared.inputCount);
  const bins = inputs[1] - 1;
  expect(inputs).toEqual([2, 1 + bins, 2 + bins]);
});
