/** What judging costs. */
@NullMarked
package io.tabellion.bench.policy;

import org.jspecify.annotations.NullMarked;
