@NullMarked
package io.tabellion.sse;

import org.jspecify.annotations.NullMarked;
