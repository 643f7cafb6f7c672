package io.tabellion.inspect;

import io.tabellion.jsonrpc.Limits;

/**
 * How large what is read and recorded may be, in bytes.
 *
 * @param answer the largest JSON answer: for so much room is reserved before a request is let on
 * @param event the largest event of a stream
 * @param json how much one JSON document may ask of its reader
 */
public record Largest(int answer, int event, Limits json) {}
