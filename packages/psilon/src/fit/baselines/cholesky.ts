/** The lower L with A = L·Lᵀ, over `a` (symmetric positive definite, size × size); what is above the diagonal is left. */
export function cholesky(a: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j];
      for (let k = 0; k < j; k++) sum -= a[i * size + k] * a[j * size + k];
      a[i * size + j] = i === j ? Math.sqrt(sum) : sum / a[j * size + j];
    }
  }
  return a;
}

/** A⁻¹·x in place, from A's factor. */
export function choleskySolve(l: Float64Array, size: number, x: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = x[i];
    for (let k = 0; k < i; k++) sum -= l[i * size + k] * x[k];
    x[i] = sum / l[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    x[i] /= l[i * size + i];
    for (let k = 0; k < i; k++) x[k] -= l[i * size + k] * x[i];
  }
}
