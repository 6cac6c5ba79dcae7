import type { VisemeName } from '../../../contracts/media';

/** A mouth form in channels of the rig, and how much of it stands its ground against its neighbours (0..1). */
export interface MouthShape {
  /** The viseme's usual openness; one that is said wider or closer moves the jaw more or less. */
  openness: number;
  jaw: number;
  close: number;
  wide: number;
  pucker: number;
  dominance: number;
}

/**
 * Mouth forms per viseme, judged by eye on the rig. Dominance after Cohen and Massaro, "Modeling coarticulation in
 * synthetic visual speech" (1993): lips that must touch or round win; the tongue's sounds leave the jaw to the vowels.
 */
export const MOUTH_SHAPES: Record<VisemeName, MouthShape> = {
  sil: { openness: 0, jaw: 0, close: 1, wide: 0, pucker: 0, dominance: 0.9 },
  PP: { openness: 0, jaw: 0, close: 1, wide: -0.05, pucker: 0.05, dominance: 1 },
  FF: { openness: 0.12, jaw: 0.05, close: 0.75, wide: 0.05, pucker: 0, dominance: 0.95 },
  TH: { openness: 0.25, jaw: 0.16, close: 0.2, wide: 0.1, pucker: 0, dominance: 0.6 },
  DD: { openness: 0.24, jaw: 0.17, close: 0.2, wide: 0.1, pucker: 0, dominance: 0.5 },
  kk: { openness: 0.3, jaw: 0.22, close: 0.1, wide: 0.05, pucker: 0, dominance: 0.35 },
  CH: { openness: 0.22, jaw: 0.12, close: 0.15, wide: -0.1, pucker: 0.5, dominance: 0.85 },
  SS: { openness: 0.14, jaw: 0.08, close: 0.3, wide: 0.3, pucker: 0, dominance: 0.8 },
  nn: { openness: 0.28, jaw: 0.17, close: 0.2, wide: 0.05, pucker: 0, dominance: 0.45 },
  RR: { openness: 0.34, jaw: 0.16, close: 0.2, wide: -0.05, pucker: 0.35, dominance: 0.6 },
  aa: { openness: 0.9, jaw: 0.6, close: 0, wide: 0.1, pucker: 0, dominance: 0.9 },
  E: { openness: 0.55, jaw: 0.34, close: 0, wide: 0.38, pucker: 0, dominance: 0.85 },
  I: { openness: 0.35, jaw: 0.17, close: 0.05, wide: 0.55, pucker: 0, dominance: 0.85 },
  O: { openness: 0.7, jaw: 0.38, close: 0, wide: -0.1, pucker: 0.6, dominance: 0.9 },
  U: { openness: 0.25, jaw: 0.14, close: 0.1, wide: -0.2, pucker: 1, dominance: 0.95 },
};
