/** The fewest characters of a passphrase; what is shorter the core refuses. */
export const SHORTEST = 8;
