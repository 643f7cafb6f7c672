/**
 * Finding secrets and personal data in text: one pass, small matchers, checksums, context words.
 */
@NullMarked
package io.tabellion.detect;

import org.jspecify.annotations.NullMarked;
