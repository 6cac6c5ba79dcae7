/**
 * Distances of two faces' embeddings (face-embedding.ts). Measured: one person mirrored, blurred, turned or talking up to
 * 0.4; two people 0.63 and more.
 */
export const OTHER_PERSON = 0.55;
/** Beyond this one should look oneself. */
export const DOUBTFUL_PERSON = 0.45;
