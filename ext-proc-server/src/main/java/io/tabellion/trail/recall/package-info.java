/**
 * What is told from entries of the past: what a policy would have said of recorded messages, which
 * rules they met, why something happened. Each entry that this needs is read through the use cases
 * of the trail, by way of {@link io.tabellion.trail.recall.Records}, and so with a role and an
 * {@code access.read} of its own.
 */
@NullMarked
package io.tabellion.trail.recall;

import org.jspecify.annotations.NullMarked;
