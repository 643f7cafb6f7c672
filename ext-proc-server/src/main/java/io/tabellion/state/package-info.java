/**
 * The port for what is remembered beside the log and must be the same for all replicas: records
 * with names, each changed only if it is still as the change expects it, together with the entries
 * that tell of it. What a room keeps there, and how it is changed, is that room's own.
 */
@NullMarked
package io.tabellion.state;

import org.jspecify.annotations.NullMarked;
