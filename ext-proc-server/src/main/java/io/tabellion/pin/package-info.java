/**
 * Pins: the definition of each tool as it was accepted. A server that changes what a tool says of
 * itself after people have looked at it (a "rug pull") finds the tool quarantined.
 */
@NullMarked
package io.tabellion.pin;

import org.jspecify.annotations.NullMarked;
