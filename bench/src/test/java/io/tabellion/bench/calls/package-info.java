@NullMarked
package io.tabellion.bench.calls;

import org.jspecify.annotations.NullMarked;
