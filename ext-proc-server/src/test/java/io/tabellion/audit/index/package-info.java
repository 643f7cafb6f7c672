@NullMarked
package io.tabellion.audit.index;

import org.jspecify.annotations.NullMarked;
