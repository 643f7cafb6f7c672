@NullMarked
package io.tabellion.mask.text;

import org.jspecify.annotations.NullMarked;
