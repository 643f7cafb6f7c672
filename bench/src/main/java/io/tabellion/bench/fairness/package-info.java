/** Whether one loud caller leaves a quiet one alone, measured behind a real Envoy. */
@NullMarked
package io.tabellion.bench.fairness;

import org.jspecify.annotations.NullMarked;
