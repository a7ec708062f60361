/**
 * An error listener for streams whose errors change nothing, or are told elsewhere: a stream that fails while nobody
 * listens ends the process.
 */
export const ignoreError = (): void => undefined;
