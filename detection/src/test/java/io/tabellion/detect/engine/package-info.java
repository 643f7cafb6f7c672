@NullMarked
package io.tabellion.detect.engine;

import org.jspecify.annotations.NullMarked;
