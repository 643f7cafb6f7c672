@NullMarked
package io.tabellion.bench.verify;

import org.jspecify.annotations.NullMarked;
