/** Small dense matrices: Cholesky's factor and the eigenvectors of a symmetric matrix. Row-major, 64 bit; knows numbers only. */

/** x². */
export const square = (x: number): number => x * x;

/** Overwrites the lower triangle of A (n, n) with L, A = L Lᵀ; false where A is not positive definite to the last digit (then A is spoiled). */
export function cholesky(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    let d = a[j * n + j];
    for (let k = 0; k < j; k++) d -= a[j * n + k] * a[j * n + k];
    if (!(d > 0)) return false;
    const root = Math.sqrt(d);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = sum / root;
    }
  }
  return true;
}

/** Overwrites b (n) with L⁻¹ b. */
export function solveLower(l: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * b[k];
    b[i] = sum / l[i * n + i];
  }
}

/** Overwrites b (n) with L⁻ᵀ b. */
export function solveUpper(l: Float64Array, b: Float64Array, n: number): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i] * b[k];
    b[i] = sum / l[i * n + i];
  }
}

/**
 * Writes the lower triangle of A⁻¹ (n, n) into `inverse`, from L with A = L Lᵀ: first L⁻¹ row by row, then L⁻ᵀ L⁻¹; n³/3 multiplications, all along rows. What stands in `inverse` above
 * its diagonal afterwards means nothing.
 */
export function invertFrom(l: Float64Array, inverse: Float64Array, n: number): void {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n, diagonal = 1 / l[row + i];
    for (let k = 0; k < i; k++) {
      const factor = l[row + k], from = k * n;
      for (let j = 0; j <= k; j++) lower[row + j] -= factor * lower[from + j];
    }
    for (let j = 0; j < i; j++) lower[row + j] *= diagonal;
    lower[row + i] = diagonal;
  }
  inverse.fill(0);
  for (let k = 0; k < n; k++) {
    const row = k * n;
    for (let a = 0; a <= k; a++) {
      const factor = lower[row + a], to = a * n;
      for (let b = 0; b <= a; b++) inverse[to + b] += factor * lower[row + b];
    }
  }
}

/**
 * Eigenvalues and eigenvectors of a symmetric A (n, n), which is left alone: A = V diag(values) Vᵀ, vector k in column k, in no particular order.
 * Jacobi's rotations until what is off the diagonal is below 1e-15 of the whole, at most 60 sweeps. Golub & Van Loan, Matrix Computations, §8.5.
 */
export function eigen(matrix: Float64Array, n: number): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0, all = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) { all += square(a[i * n + j]); if (i !== j) off += square(a[i * n + j]); }
    if (off <= 1e-30 * all) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) {
      if (a[p * n + q] === 0) continue;
      const theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
      const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
      const c = 1 / Math.sqrt(t * t + 1), s = t * c;
      for (let k = 0; k < n; k++) { const x = a[k * n + p], y = a[k * n + q]; a[k * n + p] = c * x - s * y; a[k * n + q] = s * x + c * y; }
      for (let k = 0; k < n; k++) { const x = a[p * n + k], y = a[q * n + k]; a[p * n + k] = c * x - s * y; a[q * n + k] = s * x + c * y; }
      for (let k = 0; k < n; k++) { const x = v[k * n + p], y = v[k * n + q]; v[k * n + p] = c * x - s * y; v[k * n + q] = s * x + c * y; }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]), vectors: v };
}
