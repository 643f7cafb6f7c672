/** Texts as they are meant: without disguises, and what stands in them as JSON or base64. */
@NullMarked
package io.tabellion.mask.text;

import org.jspecify.annotations.NullMarked;
