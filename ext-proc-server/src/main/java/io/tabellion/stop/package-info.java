/**
 * The stop switch: what operators refuse at once, before any rule; made of the log at a start. A
 * stop never lets anything through.
 */
@NullMarked
package io.tabellion.stop;

import org.jspecify.annotations.NullMarked;
