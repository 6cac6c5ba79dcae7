/** A run of rows to compute and the wider run that is needed to do so. */
export interface Band {
  top: number;
  bottom: number;
  /** Rows `from` up to `to` hold everything within the margin, as far as the picture goes. */
  from: number;
  to: number;
}

/**
 * Cuts a picture's rows into bands, so that filters with many intermediate planes need memory for one band only.
 * With a margin as large as the filter's reach the result is that of the whole picture.
 */
export function bandsOf(height: number, options: { rows: number; margin: number }): Band[] {
  return Array.from({ length: Math.ceil(height / options.rows) }, (_, index) => {
    const top = index * options.rows;
    const bottom = Math.min(height, top + options.rows);
    return {
      top,
      bottom,
      from: Math.max(0, top - options.margin),
      to: Math.min(height, bottom + options.margin),
    };
  });
}
