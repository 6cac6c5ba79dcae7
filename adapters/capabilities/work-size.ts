/**
 * How large a piece of work is, as far as it is known: from the request when it is there, guessed from the script while a
 * job is only planned. Tariffs turn it into money.
 */
export interface WorkSize {
  /** Characters that are spoken or read. */
  characters: number;
  /** Length of the picture or sound. */
  duration_ms: number;
  /** Pixels of one frame or picture. */
  width: number;
  height: number;
}
