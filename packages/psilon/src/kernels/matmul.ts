// C (m × n) = A·B, in the three layouts that a dense layer needs; all matrices row-major and contiguous.

export function matmulNN(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum: f32 = accumulate ? load<f32>(c + ((i * n + j) << 2)) : 0;
      for (let p = 0; p < k; p++) sum += load<f32>(a + ((i * k + p) << 2)) * load<f32>(b + ((p * n + j) << 2));
      store<f32>(c + ((i * n + j) << 2), sum);
    }
}

export function matmulNT(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum: f32 = accumulate ? load<f32>(c + ((i * n + j) << 2)) : 0;
      for (let p = 0; p < k; p++) sum += load<f32>(a + ((i * k + p) << 2)) * load<f32>(b + ((j * k + p) << 2));
      store<f32>(c + ((i * n + j) << 2), sum);
    }
}

export function matmulTN(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum: f32 = accumulate ? load<f32>(c + ((i * n + j) << 2)) : 0;
      for (let p = 0; p < k; p++) sum += load<f32>(a + ((p * m + i) << 2)) * load<f32>(b + ((p * n + j) << 2));
      store<f32>(c + ((i * n + j) << 2), sum);
    }
}
