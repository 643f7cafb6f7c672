/** EDGE. Decisions that people give by button in Slack. */
@NullMarked
package io.tabellion.slack;

import org.jspecify.annotations.NullMarked;
