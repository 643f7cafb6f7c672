@NullMarked
package io.tabellion.mask.rule;

import org.jspecify.annotations.NullMarked;
