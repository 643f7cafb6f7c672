@NullMarked
package io.tabellion.bench.fairness;

import org.jspecify.annotations.NullMarked;
