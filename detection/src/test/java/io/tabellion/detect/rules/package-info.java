@NullMarked
package io.tabellion.detect.rules;

import org.jspecify.annotations.NullMarked;
