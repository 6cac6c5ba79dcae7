/** Takes one line for people, without a line end. */
export type Print = (line: string) => void;
