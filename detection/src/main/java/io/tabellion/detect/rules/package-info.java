/** Detectors made of patterns: an operator's own and those of rule files. */
@NullMarked
package io.tabellion.detect.rules;

import org.jspecify.annotations.NullMarked;
