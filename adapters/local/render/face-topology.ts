/**
 * Landmark numbers of the MediaPipe face mesh by feature. Left and right are the picture's, not the person's. Every
 * list of an upper edge pairs index by index with its lower edge, from the left corner to the right one.
 */

/** The outline of the face, clockwise from the middle of the forehead. */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

type Contours = readonly [readonly number[], readonly number[], readonly number[], readonly number[]];

/** Lip contours from the opening outwards; the first and the last of each are the mouth's corners. */
export const LIPS: { readonly upper: Contours; readonly lower: Contours } = {
  upper: [
    [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
    [62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292],
    [76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306],
    [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
  ],
  lower: [
    [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
    [62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292],
    [76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306],
    [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
  ],
};

/** One eye: its edges, the rings of the lids outside them, its corners and the five points of its iris. */
export interface EyeLandmarks {
  readonly upper: readonly number[];
  readonly lower: readonly number[];
  readonly corners: readonly [number, number];
  readonly crease: readonly number[];
  readonly lidRoot: readonly number[];
  readonly lowerCrease: readonly number[];
  readonly iris: readonly [number, number, number, number, number];
}

export const EYES: readonly [EyeLandmarks, EyeLandmarks] = [
  {
    upper: [246, 161, 160, 159, 158, 157, 173],
    lower: [7, 163, 144, 145, 153, 154, 155],
    corners: [33, 133],
    crease: [247, 30, 29, 27, 28, 56, 190],
    lidRoot: [113, 225, 224, 223, 222, 221, 189],
    lowerCrease: [25, 110, 24, 23, 22, 26, 112],
    iris: [468, 469, 470, 471, 472],
  },
  {
    upper: [466, 388, 387, 386, 385, 384, 398],
    lower: [249, 390, 373, 374, 380, 381, 382],
    corners: [263, 362],
    crease: [467, 260, 259, 257, 258, 286, 414],
    lidRoot: [342, 445, 444, 443, 442, 441, 413],
    lowerCrease: [255, 339, 254, 253, 252, 256, 341],
    iris: [473, 474, 475, 476, 477],
  },
];

/** Single landmarks that measures are taken from. */
export const MARK = {
  upperLip: 13,
  lowerLip: 14,
  mouthLeft: 61,
  mouthRight: 291,
  innerLeft: 78,
  innerRight: 308,
  forehead: 10,
  chin: 152,
  cheekLeft: 234,
  cheekRight: 454,
  browLeft: 105,
  browRight: 334,
} as const;

/** Landmarks of the surface; the irises come after them. */
export const SURFACE_POINTS = 468;
