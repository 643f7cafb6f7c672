/**
 * What the tests on a real Envoy share: parties that are scripted, keep a journal, or are exact.
 */
@NullMarked
package io.tabellion.testing;

import org.jspecify.annotations.NullMarked;
