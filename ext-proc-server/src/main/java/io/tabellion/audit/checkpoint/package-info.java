@NullMarked
package io.tabellion.audit.checkpoint;

import org.jspecify.annotations.NullMarked;
