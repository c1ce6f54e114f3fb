/**
 * The WebAssembly exports, typed. Arguments named a, b, x, … are byte pointers into the arena; sizes are counts of
 * float32 values. The formulas stand in `src/engine/kernels`.
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  matmulNN(m: number, n: number, k: number, a: number, b: number, c: number, accumulate: boolean): void;
  matmulNT(m: number, n: number, k: number, a: number, b: number, c: number, accumulate: boolean): void;
  matmulTN(m: number, n: number, k: number, a: number, b: number, c: number, accumulate: boolean): void;
  denseRow(rows: number, columns: number, w: number, x: number, b: number, y: number, relu: boolean): void;

  addBias(rows: number, columns: number, z: number, bias: number): void;
  addBiasRelu(rows: number, columns: number, z: number, bias: number): void;
  reluBackward(rows: number, columns: number, delta: number, activation: number, biasGradient: number): void;
  columnSums(rows: number, columns: number, x: number, out: number): void;
  addBiasCrelu(rows: number, columns: number, h: number, bias: number, c: number): void;
  creluBackward(
    rows: number,
    columns: number,
    deltaC: number,
    c: number,
    deltaH: number,
    biasGradient: number,
    accumulate: boolean,
  ): void;
  transposeTo(rows: number, columns: number, w: number, stride: number, transpose: number): void;
  entriesTimes(
    count: number,
    perRow: number,
    indices: number,
    values: number,
    columns: number,
    rows: number,
    stride: number,
    transpose: number,
    z: number,
  ): void;
  entriesGradient(
    count: number,
    perRow: number,
    indices: number,
    values: number,
    columns: number,
    rows: number,
    stride: number,
    transpose: number,
    delta: number,
    w: number,
  ): void;
  gatherRows(count: number, columns: number, from: number, indices: number, to: number): void;

  magnitudes(count: number, x: number, out: number): void;
  addSigned(count: number, w: number, t: number, gradient: number): void;
  boxBias(rows: number, columns: number, centre: number, radius: number, bias: number, relu: boolean): void;
  boxBiasBackward(
    rows: number,
    columns: number,
    centreDelta: number,
    radiusDelta: number,
    centre: number,
    radius: number,
    relu: boolean,
    biasGradient: number,
  ): void;
  boxAround(
    rows: number,
    columns: number,
    groups: number,
    group: number,
    x: number,
    lower: number,
    upper: number,
    size: number,
    centre: number,
    radius: number,
  ): void;
  withGroups(
    rows: number,
    columns: number,
    groups: number,
    group: number,
    w: number,
    middles: number,
    widths: number,
  ): void;
  withGroupsBackward(
    rows: number,
    columns: number,
    groups: number,
    group: number,
    w: number,
    middles: number,
    widths: number,
    gradient: number,
  ): void;
  boxPair(
    n: number,
    rows: number,
    columns: number,
    residual: boolean,
    w: number,
    centre: number,
    radius: number,
    outCentre: number,
    outRadius: number,
  ): void;
  boxPairBackward(
    n: number,
    rows: number,
    columns: number,
    residual: boolean,
    w: number,
    centre: number,
    radius: number,
    outCentreDelta: number,
    outRadiusDelta: number,
    centreDelta: number,
    radiusDelta: number,
    gradient: number,
  ): void;
  boxDifferences(
    n: number,
    classes: number,
    columns: number,
    paired: boolean,
    w: number,
    bias: number,
    labels: number,
    centre: number,
    radius: number,
    out: number,
  ): void;
  boxDifferencesBackward(
    n: number,
    classes: number,
    columns: number,
    paired: boolean,
    w: number,
    labels: number,
    centre: number,
    radius: number,
    outDelta: number,
    centreDelta: number,
    radiusDelta: number,
    gradient: number,
    biasGradient: number,
  ): void;

  squaredError(
    rows: number,
    columns: number,
    output: number,
    target: number,
    weights: number,
    scale: number,
    delta: number,
  ): number;
  logisticLoss(
    rows: number,
    logit: number,
    target: number,
    weights: number,
    scale: number,
    smoothing: number,
    delta: number,
  ): number;
  softmaxLoss(
    rows: number,
    classes: number,
    logits: number,
    target: number,
    weights: number,
    scale: number,
    smoothing: number,
    delta: number,
  ): number;
  quantileLoss(
    rows: number,
    columns: number,
    column: number,
    level: number,
    output: number,
    target: number,
    weights: number,
    scale: number,
    delta: number,
  ): number;
  poissonLoss(
    rows: number,
    columns: number,
    output: number,
    target: number,
    weights: number,
    scale: number,
    delta: number,
  ): number;

  normalizeRows(
    norm: number,
    paired: boolean,
    rows: number,
    columns: number,
    raw: number,
    effective: number,
    norms: number,
    lengths: number,
    lengthStep: number,
  ): number;
  lengthGradients(
    rows: number,
    width: number,
    gradient: number,
    raw: number,
    norms: number,
    dots: number,
  ): number;
  pullbackRows(
    norm: number,
    paired: boolean,
    rows: number,
    columns: number,
    gradient: number,
    raw: number,
    norms: number,
    dots: number,
    lengths: number,
    lengthStep: number,
  ): void;

  adaptRows(norm: number, rows: number, columns: number, e: number, r: number, w: number): void;
  adaptPullback(
    norm: number,
    rows: number,
    columns: number,
    e: number,
    r: number,
    gradient: number,
    toE: number,
    toR: number,
  ): void;

  updateRows(
    rule: number,
    decay: number,
    pulled: boolean,
    norm: number,
    paired: boolean,
    rows: number,
    columns: number,
    raw: number,
    gradient: number,
    effective: number,
    first: number,
    second: number,
    norms: number,
    dots: number,
    oldLengths: number,
    newLengths: number,
    lengthStep: number,
    step: number,
  ): number;
  updateValues(
    rule: number,
    decay: number,
    count: number,
    unit: number,
    values: number,
    gradient: number,
    first: number,
    second: number,
    step: number,
  ): void;

  maskValues(count: number, mask: number, values: number): boolean;
  projectRows(
    paired: boolean,
    rows: number,
    columns: number,
    raw: number,
    norms: number,
    scale: number,
    thresholds: number,
  ): void;
  countKept(rows: number, width: number, raw: number, thresholds: number): number;
  blendRows(
    rows: number,
    width: number,
    raw: number,
    norms: number,
    thresholds: number,
    alpha: number,
    scale: number,
    lengths: number,
    lengthStep: number,
    effective: number,
  ): void;
  blendPullback(
    paired: boolean,
    rows: number,
    columns: number,
    raw: number,
    norms: number,
    thresholds: number,
    alpha: number,
    scale: number,
    gradient: number,
    dots: number,
  ): number;

  magnitudeTimes(
    kind: number,
    identity: boolean,
    rows: number,
    columns: number,
    w: number,
    u: number,
    out: number,
  ): void;
  magnitudeTransposeTimes(
    kind: number,
    identity: boolean,
    rows: number,
    columns: number,
    w: number,
    r: number,
    out: number,
  ): void;
  addMagnitudeGradient(
    kind: number,
    identity: boolean,
    rows: number,
    columns: number,
    w: number,
    r: number,
    u: number,
    scale: number,
    gradient: number,
  ): void;
  addScaled(count: number, scale: number, w: number, gradient: number): void;
  sumOfSquares(count: number, x: number): number;

  powerSum(count: number, p: number, w: number): number;
  addPowerGradient(count: number, p: number, w: number, scale: number, gradient: number): void;
  filterRatios(rows: number, width: number, w: number): number;
  addFilterRatioGradient(rows: number, width: number, w: number, scale: number, gradient: number): void;

  sparseRow(
    rows: number,
    lengths: number,
    entries: number,
    x: number,
    b: number,
    y: number,
    mode: number,
  ): void;
  sparseBlock(
    rows: number,
    lengths: number,
    entries: number,
    x: number,
    b: number,
    y: number,
    mode: number,
  ): void;
  addBlockBias(rows: number, z: number, b: number, relu: boolean): void;
}
