/** Complex Fourier transform in place (Cooley and Tukey 1965, radix 2). Both arrays have the same power of two as length. */
export function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  reverseBits(real, imaginary);
  for (let span = 2; span <= size; span *= 2) {
    const half = span / 2;
    for (let k = 0; k < half; k++) {
      const cosine = Math.cos((-2 * Math.PI * k) / span);
      const sine = Math.sin((-2 * Math.PI * k) / span);
      for (let at = k; at < size; at += span) {
        const [a, b] = [real[at + half]!, imaginary[at + half]!];
        const turnedReal = a * cosine - b * sine;
        const turnedImaginary = a * sine + b * cosine;
        real[at + half] = real[at]! - turnedReal;
        imaginary[at + half] = imaginary[at]! - turnedImaginary;
        real[at]! += turnedReal;
        imaginary[at]! += turnedImaginary;
      }
    }
  }
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  for (let at = 1, mirror = 0; at < real.length; at++) {
    let bit = real.length >> 1;
    for (; mirror & bit; bit >>= 1) mirror ^= bit;
    mirror ^= bit;
    if (at < mirror) {
      [real[at], real[mirror]] = [real[mirror]!, real[at]!];
      [imaginary[at], imaginary[mirror]] = [imaginary[mirror]!, imaginary[at]!];
    }
  }
}
