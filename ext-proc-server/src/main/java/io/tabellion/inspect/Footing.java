package io.tabellion.inspect;

/**
 * What the legs of an exchange stand on.
 *
 * @param services what the steps use
 * @param situation who asks whom
 * @param stream what is remembered of its event stream
 * @param calls what was let on and has no outcome yet
 */
record Footing(Services services, Situation situation, StreamSoFar stream, OpenCalls calls) {}
