import { boxFilter } from './box-filter';
import { createPlane } from './raster';
import type { Plane } from './raster';

/** One linear model a pixel: value = red * r + green * g + blue * b + offset. */
type Coefficients = [red: Plane, green: Plane, blue: Plane, offset: Plane];
export type Channels = [red: Plane, green: Plane, blue: Plane];

/**
 * Colour guided filter (He, Sun, Tang, "Guided Image Filtering", 2013): makes a soft mask follow the edges of a picture.
 * Returns the coefficients of the local linear models, which may be applied to a finer picture than they were made from
 * (He, Sun, "Fast Guided Filter", 2015). Channels and mask lie in 0..1.
 */
export function guidedCoefficients(
  guide: Channels,
  mask: Plane,
  options: { radius: number; epsilon: number },
): Coefficients {
  const [r, g, b] = guide;
  const blur = (plane: Plane) => boxFilter(plane, options.radius);
  const maskMean = blur(mask);
  const [meanR, meanG, meanB]: Channels = [blur(r), blur(g), blur(b)];
  const covariance = (a: Plane, b: Plane, meanA: Plane, meanB: Plane) =>
    subtractProduct(boxFilter(a, options.radius, b), meanA, meanB);
  const withMask: Channels = [
    covariance(r, mask, meanR, maskMean),
    covariance(g, mask, meanG, maskMean),
    covariance(b, mask, meanB, maskMean),
  ];
  const matrix = {
    rr: covariance(r, r, meanR, meanR),
    rg: covariance(r, g, meanR, meanG),
    rb: covariance(r, b, meanR, meanB),
    gg: covariance(g, g, meanG, meanG),
    gb: covariance(g, b, meanG, meanB),
    bb: covariance(b, b, meanB, meanB),
  };
  const [red, green, blue] = solve(matrix, withMask, options.epsilon);
  const offset = createPlane(mask.width, mask.height);
  for (let i = 0; i < offset.data.length; i++) {
    const explained =
      red.data[i]! * meanR.data[i]! + green.data[i]! * meanG.data[i]! + blue.data[i]! * meanB.data[i]!;
    offset.data[i] = maskMean.data[i]! - explained;
  }
  return [blur(red), blur(green), blur(blue), blur(offset)];
}

interface Symmetric3 {
  rr: Plane;
  rg: Plane;
  rb: Plane;
  gg: Plane;
  gb: Plane;
  bb: Plane;
}

/** Solves (matrix + epsilon I) x = right for each pixel by Cramer's rule. */
function solve(matrix: Symmetric3, right: Channels, epsilon: number): Channels {
  const { width, height } = right[0];
  const out: Channels = [createPlane(width, height), createPlane(width, height), createPlane(width, height)];
  for (let i = 0; i < width * height; i++) {
    const rr = matrix.rr.data[i]! + epsilon;
    const gg = matrix.gg.data[i]! + epsilon;
    const bb = matrix.bb.data[i]! + epsilon;
    const [rg, rb, gb] = [matrix.rg.data[i]!, matrix.rb.data[i]!, matrix.gb.data[i]!];
    const [c0, c1, c2] = [gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg];
    const [c3, c4, c5] = [rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg];
    const determinant = rr * c0 + rg * c1 + rb * c2;
    const [x, y, z] = [right[0].data[i]!, right[1].data[i]!, right[2].data[i]!];
    out[0].data[i] = (c0 * x + c1 * y + c2 * z) / determinant;
    out[1].data[i] = (c1 * x + c3 * y + c4 * z) / determinant;
    out[2].data[i] = (c2 * x + c4 * y + c5 * z) / determinant;
  }
  return out;
}

/** Subtracts a * b in place. */
function subtractProduct(target: Plane, a: Plane, b: Plane): Plane {
  for (let i = 0; i < target.data.length; i++) target.data[i]! -= a.data[i]! * b.data[i]!;
  return target;
}
