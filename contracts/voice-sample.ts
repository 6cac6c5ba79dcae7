/** What a voice sample measures; -99 stands for a level that does not exist. */
export type VoiceMeasurement = {
  duration_ms: number;
  sample_rate_hz: number;
  /** Speech without longer pauses. */
  speech_ms: number;
  /** 0 when nothing is voiced. */
  median_f0_hz: number;
  /** Semitones between the 10th and the 90th percentile. */
  f0_range_st: number;
  voiced_ms: number;
  syllables_per_second: number;
  /** Third and fourth formant, which say how long a speaker's throat is; 0 when too little is voiced to tell. */
  f3_hz: number;
  f4_hz: number;
  /** Loud frames over quiet frames, the 90th over the 5th percentile. */
  snr_db: number;
  /** Level of the loud frames. */
  speech_level_db: number;
  loudness_lufs: number;
  /** Share of samples at full scale. */
  clipping_percent: number;
};

/** What a look into a sample that can be used found: `warnings` are sentences that a person should know. */
export interface SampleReport {
  measured: VoiceMeasurement;
  warnings: string[];
}
