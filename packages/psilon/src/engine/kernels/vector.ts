// What every kernel needs: vectors of four float32 values, with a last part of one to three values at a row's end.

@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** a·b + c, fused where relaxed SIMD has it. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<f32>(a, b, c);
  return v128.add<f32>(v128.mul<f32>(a, b), c);
}

/** Loads min(count, 4) values; missing lanes are 0. */
@inline
export function loadPart(pointer: usize, count: i32): v128 {
  if (count >= 4) return v128.load(pointer);
  let x = v128.load_zero<f32>(pointer);
  if (count > 1) x = v128.load_lane<f32>(pointer + 4, x, 1);
  if (count > 2) x = v128.load_lane<f32>(pointer + 8, x, 2);
  return x;
}

/** Stores min(count, 4) values. */
@inline
export function storePart(pointer: usize, x: v128, count: i32): void {
  if (count >= 4) {
    v128.store(pointer, x);
    return;
  }
  v128.store_lane<f32>(pointer, x, 0);
  if (count > 1) v128.store_lane<f32>(pointer + 4, x, 1);
  if (count > 2) v128.store_lane<f32>(pointer + 8, x, 2);
}

@inline
export function sumLanes(x: v128): f32 {
  return (
    v128.extract_lane<f32>(x, 0) +
    v128.extract_lane<f32>(x, 1) +
    (v128.extract_lane<f32>(x, 2) + v128.extract_lane<f32>(x, 3))
  );
}

/** sign(x), with sign(0) = 0. */
@inline
export function signOf(x: v128): v128 {
  const signed = v128.or(v128.and(x, splat(-0.0)), splat(1));
  return v128.and(signed, v128.ne<f32>(x, splat(0)));
}
